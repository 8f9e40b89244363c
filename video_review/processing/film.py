"""From a received upload to a recording that can be watched, and then to a complete one.

Safe to run twice and safe to kill halfway: what is half is thrown away and made anew, what is
finished is kept, and nothing is written once the lease is lost or the recording destroyed.
"""

import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from lms.jobs.lease import Lease, LeaseLost, TryLater
from lms.keys.services import KeyDestroyed, open_key
from lms.mail.services import queue_mail
from video_review import sealed_store
from video_review.media import hls, stills
from video_review.media.damage import DamageKind
from video_review.media.encoder import Callbacks, execute, open_source
from video_review.media.errors import Cancelled, FrameDamaged, Outage, UnusableVideo
from video_review.media.frames import rendition_key, seal_blob
from video_review.media.probe import Probe, probe
from video_review.media.scratch import job_directory
from video_review.models import Blob, Failure, Recording, Rendition, Segment, Status
from video_review.processing import original
from video_review.processing.progress import tell_progress
from video_review.processing.work import Work

logger = logging.getLogger(__name__)

KIND = "video_review.process"
RUNGS = {720: 2_500_000, 480: 1_100_000}  # short side: bits per second at most
HIGHEST_COMFORTABLE = 6_000_000  # a copied film of more bits also gets a rung of its own size
WATCHABLE_PERCENT = 40  # how much of the work is done once the first rendition is whole
AUDIO_BITRATE = 128_000


def process(ref: str, lease: Lease) -> None:
    recording = Recording.objects.select_related("upload", "enrolment").filter(pk=ref).first()
    if recording is None or recording.status in {Status.FAILED, Status.DESTROYED}:
        return
    if recording.status == Status.COMPLETE:
        original.forget(recording)
        return
    try:
        work = Work(recording, lease, open_key(recording.public_id))
    except KeyDestroyed:
        return  # being destroyed
    try:
        make_film_or_say_why_not(work)
    finally:
        if Recording.objects.filter(pk=recording.pk, status=Status.DESTROYED).exists():
            sealed_store.remove_all(recording.public_id)


def make_film_or_say_why_not(work: Work) -> None:
    """Faults of the file end here, in words for its owner; what may heal is tried later."""
    try:
        make_film(work)
    except UnusableVideo as unusable:
        failure = Failure(unusable.reason.value.replace("_", "-"))
        work.write(lambda: fail(work.recording, failure))
    except FrameDamaged as damaged:
        raise TryLater("The received file cannot be opened.") from damaged
    except Outage as outage:
        raise TryLater(str(outage)) from outage
    except Cancelled as cancelled:
        raise LeaseLost from cancelled


def make_film(work: Work) -> None:
    upload = work.recording.upload
    if upload is None:
        raise TryLater("The received file is gone.")
    discard_half_renditions(work)
    with job_directory(upload.length) as job:
        source = job / "source"
        original.assemble(upload, source, key=work.key, heartbeat=work.lease.heartbeat)
        film = probe(source, job)
        work.write(
            lambda: Recording.objects.filter(pk=work.recording.pk).update(duration=film.duration)
        )
        make_poster(work, film, job)
        first = work.recording.renditions.order_by("pk").first()
        damage: list[hls.Damage] = []
        if first is None:
            made = make_first_rendition(work, film, job)
            damage += damage_of_first(film, made)
            first = work.recording.renditions.get()
        make_extras(work, film, job)
        damage += make_other_renditions(work, film, job, first)
        remove_strays(work)
        finish(work, damage)
    original.forget(work.recording)


def discard_half_renditions(work: Work) -> None:
    half = work.recording.renditions.filter(is_complete=False)
    work.write(half.delete)
    remove_strays(work)


def make_poster(work: Work, film: Probe, job: Path) -> None:
    if not work.recording.blobs.filter(kind=Blob.Kind.POSTER).exists():
        keep_blob(work, Blob.Kind.POSTER, stills.make_poster(job, film), {})


def make_extras(work: Work, film: Probe, job: Path) -> None:
    """Loudness and preview pictures, once there is something to watch. A film that will not give
    them is a film without them."""
    for kind, make in {Blob.Kind.PEAKS: make_peaks, Blob.Kind.SPRITE: make_sprite}.items():
        if work.recording.blobs.filter(kind=kind).exists():
            continue
        try:
            make(work, film, job)
        except UnusableVideo as unusable:
            logger.warning("%s without %s: %s", work.recording.public_id, kind, unusable.reason)


def make_peaks(work: Work, film: Probe, job: Path) -> None:
    peaks = stills.make_peaks(job, film, callbacks=quiet(work))
    text = "[" + ",".join(f"{peak:g}" for peak in peaks) + "]"
    keep_blob(work, Blob.Kind.PEAKS, text.encode(), {"count": len(peaks)})


def make_sprite(work: Work, film: Probe, job: Path) -> None:
    sprite, columns, rows, every = stills.make_sprite(job, film, callbacks=quiet(work))
    detail = {"columns": columns, "rows": rows, "every": every}
    keep_blob(work, Blob.Kind.SPRITE, sprite, detail)


def quiet(work: Work) -> Callbacks:
    return Callbacks(heartbeat=work.lease.heartbeat, cancelled=work.is_over)


def blob_context(recording: Recording, kind: str) -> str:
    return f"{recording.public_id}:{kind}"


def keep_blob(work: Work, kind: Blob.Kind, content: bytes, detail: dict[str, Any]) -> None:
    recording = work.recording
    sealed = seal_blob(work.key, content, context=blob_context(recording, kind))
    name = sealed_store.put_bytes(recording.public_id, sealed, suffix=".blob")
    work.write_or_remove(
        name, lambda: Blob.objects.create(recording=recording, kind=kind, name=name, detail=detail)
    )


def make_first_rendition(work: Work, film: Probe, job: Path) -> hls.RenditionFiles:
    width, height = first_size(film)
    rendition = Rendition(
        recording=work.recording,
        width=width,
        height=height,
        bandwidth=(film.bit_rate if film.is_copyable else 0) or hls.FIRST_BITRATE + AUDIO_BITRATE,
    )
    made = hls.make_watchable(
        job,
        film,
        rendition_id=rendition.public_id.hex,
        key=rendition_key(work.key, rendition.public_id.hex),
        on_progress=work.tell_between(0, WATCHABLE_PERCENT),
        heartbeat=work.lease.heartbeat,
        cancelled=work.is_over,
        on_segment=lambda segment: keep_segment(work, rendition, segment, opens=True),
    )
    complete_rendition(work, rendition, made)
    return made


def damage_of_first(film: Probe, made: hls.RenditionFiles) -> list[hls.Damage]:
    """Copying reads nothing of the picture, so what it complains of has no place in the film; the
    decoding that follows says where."""
    damage = hls.verify(film, made, made.stderr)
    return [one for one in damage if not made.is_copy or one.kind != DamageKind.UNREADABLE]


def first_size(film: Probe) -> tuple[int, int]:
    if film.is_copyable or film.short_side <= hls.FIRST_SHORT_SIDE:
        return film.width, film.height
    factor = hls.FIRST_SHORT_SIDE / film.short_side
    return round(film.width * factor / 2) * 2, round(film.height * factor / 2) * 2


def keep_segment(
    work: Work, rendition: Rendition, segment: hls.SegmentFile, *, opens: bool = False
) -> None:
    """Bytes first, then the row; with the first one the recording opens to whoever may see it."""
    recording = work.recording
    name = sealed_store.put_file(recording.public_id, segment.path, suffix=".ts")

    def add() -> None:
        if rendition.pk is None:
            rendition.save()
        Segment.objects.create(
            rendition=rendition,
            position=segment.index,
            duration=segment.duration,
            size=segment.size,
            name=name,
        )
        is_opened = opens and segment.index == 0
        if is_opened and Recording.objects.filter(pk=recording.pk).move(Status.WATCHABLE):
            tell_progress(recording)

    work.write_or_remove(name, add)
    segment.path.unlink()


def complete_rendition(work: Work, rendition: Rendition, made: hls.RenditionFiles) -> None:
    rendition.width, rendition.height = made.width, made.height
    rendition.bandwidth, rendition.codecs = made.bandwidth, made.codecs
    rendition.is_complete = True
    work.write(rendition.save)


def wanted_rungs(film: Probe, have: list[Rendition]) -> list[int]:
    """Sizes still to be made: never larger than the source, never one that is there already.

    A copied film of very many bits counts as not there: it would not play on a slow line.
    """
    there = {min(one.width, one.height) for one in have if one.bandwidth <= HIGHEST_COMFORTABLE}
    return [side for side in RUNGS if side <= film.short_side and side not in there]


def make_other_renditions(work: Work, film: Probe, job: Path, first: Rendition) -> list[hls.Damage]:
    """The ladder; where none is needed a copied film is decoded once to know that it can be."""
    have = list(work.recording.renditions.all())
    sides = wanted_rungs(film, have)
    if not sides:
        return check_by_decoding(work, film, job) if film.is_copyable else []
    renditions = {}
    for side in sides:
        rendition = Rendition(recording=work.recording, width=0, height=0, bandwidth=RUNGS[side])
        factor = side / film.short_side
        rendition.width = round(film.width * factor / 2) * 2
        rendition.height = round(film.height * factor / 2) * 2
        renditions[rendition.public_id.hex] = rendition
    rungs = [
        hls.RungSpec(name, rendition_key(work.key, name), side, RUNGS[side])
        for name, side in zip(renditions, sides, strict=True)
    ]
    reached = 0.0

    def keep(segment: hls.SegmentFile) -> None:
        nonlocal reached
        keep_segment(work, renditions[segment.rendition_id], segment)
        reached = max(reached, (segment.index + 1) * float(hls.SEGMENT_SECONDS))

    try:
        made = hls.make_ladder(
            job,
            film,
            rungs=rungs,
            on_progress=work.tell_between(WATCHABLE_PERCENT, 100),
            heartbeat=work.lease.heartbeat,
            cancelled=work.is_over,
            on_segment=keep,
        )
    except UnusableVideo as error:
        # The first rendition stays: what can be seen of it is worth more than nothing.
        work.write(work.recording.renditions.filter(is_complete=False).delete)
        return [hls.Damage(DamageKind.UNREADABLE, reached, error.detail)]
    damage: list[hls.Damage] = []
    for one in made:
        complete_rendition(work, renditions[one.rendition_id], one)
        damage += hls.verify(film, one, one.stderr)
    return damage


@dataclass(frozen=True)
class Decoded:
    duration: float
    first_complaint_at: float | None


def check_by_decoding(work: Work, film: Probe, job: Path) -> list[hls.Damage]:
    callbacks = Callbacks(
        on_progress=work.tell_between(WATCHABLE_PERCENT, 100),
        heartbeat=work.lease.heartbeat,
        cancelled=work.is_over,
    )
    graph = open_source()["v:0"].output("-", f="null")
    done = execute(graph, job=job, probe=film, callbacks=callbacks, idle=True)
    return hls.verify(film, Decoded(done.reached, done.first_complaint_at), done.stderr)


def finish(work: Work, damage: list[hls.Damage]) -> None:
    places = places_of(damage)

    def complete() -> None:
        this = Recording.objects.filter(pk=work.recording.pk)
        if this.move(Status.COMPLETE, percent=100, damage=places):
            tell_progress(work.recording)

    work.write(complete)


def places_of(damage: list[hls.Damage]) -> list[float]:
    """Where in the film; a complaint before any progress was told may be of anywhere in it."""
    found = sorted({round(one.at, 1) for one in damage})
    return [at for at in found if at > 0] or found


def remove_strays(work: Work) -> None:
    """Remove bytes that no row knows. Only under the lease: others have bytes on the way."""
    work.lease.heartbeat()
    segments = Segment.objects.filter(rendition__recording=work.recording)
    blobs = Blob.objects.filter(recording=work.recording)
    known = {*segments.values_list("name", flat=True), *blobs.values_list("name", flat=True)}
    sealed_store.keep_only(work.recording.public_id, known)


def fail(recording: Recording, failure: Failure) -> None:
    this = Recording.objects.filter(pk=recording.pk)
    if not this.move(Status.FAILED, failure=failure, percent=0):
        return
    tell_progress(recording)
    queue_mail(
        key=f"recording_failed:{recording.public_id}:{uuid.uuid4().hex[:8]}",
        recipient=recording.enrolment.participant,
        template="recording_failed",
        url_name="video_review:detail",
        url_args=(str(recording.public_id),),
    )


@transaction.atomic
def give_up(ref: str) -> None:
    recording = Recording.objects.select_related("enrolment__participant").filter(pk=ref).first()
    if recording is not None:
        fail(recording, Failure.GAVE_UP)
