"""Playlists are written from rows, never kept as files: whoever may not see gets none."""

import math
from collections.abc import Callable, Iterable

from video_review.models import Rendition, Segment

LEAST_TARGET = 6  # seconds; also how often a player asks for more while the film is being made


def write_master(renditions: Iterable[Rendition], address: Callable[[Rendition], str]) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rendition in renditions:
        codecs = f',CODECS="{rendition.codecs}"' if rendition.codecs else ""
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={rendition.bandwidth},"
            f"RESOLUTION={rendition.width}x{rendition.height}{codecs}"
        )
        lines.append(address(rendition))
    return "\n".join(lines) + "\n"


def write_media(
    segments: list[Segment],
    *,
    key_address: str,
    address: Callable[[Segment], str],
    is_complete: bool,
) -> str:
    """EVENT while segments are still being added, VOD once the last one is there.

    The initialisation vector of a segment is its number, as HLS has it where none is written.
    """
    longest = max((segment.duration for segment in segments), default=0.0)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{max(LEAST_TARGET, math.ceil(longest))}",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if is_complete else 'EVENT'}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-START:TIME-OFFSET=0",
        f'#EXT-X-KEY:METHOD=AES-128,URI="{key_address}"',
    ]
    for segment in segments:
        lines += [f"#EXTINF:{segment.duration:.6f},", address(segment)]
    if is_complete:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"
