from lms.privacy.registry import LOG, PERSON, TECHNICAL, lines, register

register("audit.pseudonym", lines("id", TECHNICAL), lines("code user", PERSON))
register("audit.auditstream", lines("id length head", TECHNICAL), lines("name", LOG))
register(
    "audit.auditevent",
    lines("id stream sequence previous_hash hash", TECHNICAL),
    lines("at event actor role basis object_type object_ref result detail", LOG),
)
