from video_review.models.consent import Consent, ConsentPerson, Scope
from video_review.models.observation import DevelopmentPoint, Moment, Observation
from video_review.models.recording import (
    BASES,
    ENTERED_FROM,
    Blob,
    DestructionRecord,
    Failure,
    Recording,
    Rendition,
    Segment,
    Status,
    basis_for,
)
from video_review.models.share import Share, Viewing
from video_review.models.upload import Upload, UploadPart

__all__ = [
    "BASES",
    "ENTERED_FROM",
    "Blob",
    "Consent",
    "ConsentPerson",
    "DestructionRecord",
    "DevelopmentPoint",
    "Failure",
    "Moment",
    "Observation",
    "Recording",
    "Rendition",
    "Scope",
    "Segment",
    "Share",
    "Status",
    "Upload",
    "UploadPart",
    "Viewing",
    "basis_for",
]
