"""Two kinds of failure: the film is at fault (say so), or we are (try again later)."""

from enum import StrEnum


class Reason(StrEnum):
    NOT_A_VIDEO = "not_a_video"
    NO_PICTURE = "no_picture"
    TOO_LONG = "too_long"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_STREAMS = "too_many_streams"
    EMPTY = "empty"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"


class UnusableVideo(Exception):
    """Trying again will not help: the file itself cannot be used."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail


class Outage(Exception):
    """Ours: disk full, no sandbox, a machine too slow. The same file may succeed later."""


class SandboxMissing(Outage):
    pass


class TookTooLong(Outage):
    pass


class Cancelled(Exception):
    pass


class FrameDamaged(Exception):
    """Sealed bytes were changed, moved, cut short or opened with the wrong key."""
