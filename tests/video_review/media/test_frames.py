import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_review.media.errors import FrameDamaged
from video_review.media.frames import (
    FRAME_SIZE,
    derive,
    open_blob,
    open_frames,
    rendition_key,
    seal_blob,
    seal_frames,
)

KEY = bytes(range(32))
UPLOAD = "upload-1"


def open_it(sealed, *, key=KEY, upload_id=UPLOAD, offset=0, final=True):
    return open_frames(key, sealed, upload_id=upload_id, offset=offset, final=final)


def seal_it(plaintext, *, offset=0, final=True):
    return seal_frames(KEY, plaintext, upload_id=UPLOAD, offset=offset, final=final)


def split(sealed):
    """The header and the frames of a group."""
    header, rest, frames = sealed[:9], sealed[9:], []
    while rest:
        length = 4 + struct.unpack(">I", rest[:4])[0]
        frames.append(rest[:length])
        rest = rest[length:]
    return header, frames


@pytest.mark.parametrize("size", [0, 1, FRAME_SIZE - 1, FRAME_SIZE, FRAME_SIZE + 1, 3 * FRAME_SIZE])
@pytest.mark.parametrize("final", [True, False])
def test_what_was_sealed_opens_again(size, final):
    plaintext = bytes(i % 251 for i in range(1000)) * (size // 1000 + 1)
    sealed = seal_it(memoryview(plaintext)[:size], offset=7, final=final)
    assert open_it(sealed, offset=7, final=final) == plaintext[:size]


def test_a_frame_holds_at_most_a_mebibyte():
    _, frames = split(seal_it(bytes(2 * FRAME_SIZE + 5)))
    assert [len(frame) - 4 - 12 - 16 for frame in frames] == [FRAME_SIZE, FRAME_SIZE, 5]


def test_the_same_film_never_looks_the_same_twice():
    assert len({seal_it(b"film") for _ in range(50)}) == 50


@given(st.binary(max_size=200), st.data())
@settings(max_examples=200)
def test_any_flipped_bit_is_noticed(plaintext, data):
    sealed = bytearray(seal_it(plaintext))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FrameDamaged):
        open_it(bytes(sealed))


@given(st.binary(max_size=200), st.data())
def test_any_cut_or_addition_is_noticed(plaintext, data):
    sealed = seal_it(plaintext)
    with pytest.raises(FrameDamaged):
        open_it(sealed[: data.draw(st.integers(0, len(sealed) - 1))])
    with pytest.raises(FrameDamaged):
        open_it(sealed + data.draw(st.binary(min_size=1, max_size=40)))


@pytest.mark.parametrize(
    "order", [(1, 0, 2), (0, 2, 1), (0, 1), (1, 2), (0, 2), (0, 0, 2), (0, 1, 2, 2), ()]
)
def test_swapped_lost_and_repeated_frames_are_noticed(order):
    header, frames = split(seal_it(bytes(3 * FRAME_SIZE)))
    with pytest.raises(FrameDamaged):
        open_it(header + b"".join(frames[number] for number in order))


def test_a_shorter_group_cannot_be_made_of_a_longer_one():
    _, frames = split(seal_it(bytes(2 * FRAME_SIZE), final=False))
    with pytest.raises(FrameDamaged):
        open_it(struct.pack(">cQ", b"\x01", FRAME_SIZE) + frames[0], final=False)


@pytest.mark.parametrize(
    "claim",
    [
        {"offset": 1},
        {"upload_id": "upload-2"},
        {"final": False},
        {"key": bytes(32)},
    ],
)
def test_a_group_opens_only_where_it_belongs(claim):
    sealed = seal_it(b"film")
    assert open_it(sealed) == b"film"
    with pytest.raises(FrameDamaged):
        open_it(sealed, **claim)


def test_an_unfinished_upload_cannot_pass_as_finished():
    with pytest.raises(FrameDamaged):
        open_it(seal_it(b"film", final=False), final=True)


def test_a_blob_opens_only_in_its_own_context():
    sealed = seal_blob(KEY, b"poster", context="poster:1")
    assert open_blob(KEY, sealed, context="poster:1") == b"poster"
    for other in ("poster:2", ""):
        with pytest.raises(FrameDamaged):
            open_blob(KEY, sealed, context=other)
    for broken in (b"", sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"\x02" + sealed[1:]):
        with pytest.raises(FrameDamaged):
            open_blob(KEY, broken, context="poster:1")


def test_every_purpose_and_rendition_has_a_key_of_its_own():
    keys = [
        derive(KEY, "a"),
        derive(KEY, "b"),
        rendition_key(KEY, "a"),
        rendition_key(KEY, "b"),
        derive(bytes(32), "a"),
        KEY,
    ]
    assert [len(key) for key in keys] == [32, 32, 16, 16, 32, 32]
    assert len({key[:16] for key in keys}) == 6


def test_keys_are_derived_the_same_way_for_ever():
    """Change this and every stored recording is lost."""
    assert derive(KEY, "frames").hex() == DERIVED
    assert rendition_key(KEY, "720p").hex() == RENDITION


DERIVED = "1a1c3f84bdd7b9c437e30d0b43722409f04b25bb36aa53be36652796bcd6c24b"
RENDITION = "90ab39ca3453e1b7bee9ed4d0582ff37"
