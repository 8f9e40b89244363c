from dataclasses import replace

from lms.privacy.registry import (
    LOG,
    PLANNING,
    STUDY,
    TECHNICAL,
    Basis,
    Class,
    Erasure,
    Export,
    Field,
    Term,
    lines,
    register,
)

PATIENT = Field(Class.PATIENT, Basis.CONSENT, Term.RECORDING, Export.NO, Erasure.DELETE)
INCOMING = replace(PATIENT, term=Term.UPLOAD)
CONSENT = Field(Class.PATIENT, Basis.CONSENT, Term.PROOF, Export.YES, Erasure.KEEP)
CODE = replace(CONSENT, class_=Class.SECRET, export=Export.NO)
PROOF = Field(Class.LOG, Basis.LEGAL, Term.PROOF, Export.YES, Erasure.KEEP)
WORDS = replace(STUDY, class_=Class.PATIENT, erasure=Erasure.WIPE)

register(
    "video_review.consent",
    lines("id public_id", TECHNICAL),
    lines(
        "enrolment form_version is_simulated scope before_at after_at delete_by patient_decides"
        " declared_at created_at withdrawn_at",
        CONSENT,
    ),
    lines("code_hash", CODE),
)
register(
    "video_review.consentperson",
    lines("id", TECHNICAL),
    lines("consent kind has_consented", CONSENT),
)
register(
    "video_review.upload",
    lines("id public_id recording_ref", TECHNICAL),
    lines("title learning_question", WORDS),
    lines(
        "consent assignment_key length received file_hash created_at expires_at finished_at"
        " cancelled_at",
        INCOMING,
    ),
)
register(
    "video_review.uploadpart", lines("id upload offset size is_final name chunk_hash", INCOMING)
)
register(
    "video_review.recording",
    lines("id public_id status failure percent damage", TECHNICAL),
    lines("title learning_question", WORDS),
    lines("enrolment consent upload assignment_key duration created_at expires_at", PATIENT),
)
register(
    "video_review.rendition",
    lines("id public_id recording width height bandwidth codecs is_complete", PATIENT),
)
register("video_review.segment", lines("id rendition position duration size name", PATIENT))
register("video_review.blob", lines("id recording kind name detail", PATIENT))
register(
    "video_review.share",
    lines("id", TECHNICAL),
    lines("recording person group valid_from valid_until taken_back_at", PLANNING),
)
register(
    "video_review.viewing",
    lines("id", TECHNICAL),
    lines("recording viewer basis started_at last_seen_at refused_at", LOG),
)
register(
    "video_review.destructionrecord",
    lines("id", TECHNICAL),
    lines("recording reason requested_at key_destroyed_at bytes_destroyed_at", PROOF),
)
register(
    "video_review.observation",
    lines("id public_id", TECHNICAL),
    lines("recording observer kind response created_at", STUDY),
)
register("video_review.moment_items", lines("id moment item", STUDY))
register(
    "video_review.moment",
    lines("id public_id", TECHNICAL),
    lines("observation at_ms kind created_at", STUDY),
    lines("quote note", WORDS),
)
register(
    "video_review.developmentpoint",
    lines("id", TECHNICAL),
    lines("enrolment recording text first_step created_at", STUDY),
)
