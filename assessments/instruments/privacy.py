from dataclasses import replace

from lms.privacy.registry import CONTENT, STUDY, TECHNICAL, Class, Erasure, lines, register

# What a colleague quotes from a consultation may be a patient's words.
QUOTE = replace(STUDY, class_=Class.PATIENT, erasure=Erasure.WIPE)

register("instruments.form", lines("id code title author licence language", CONTENT))
register(
    "instruments.formversion",
    lines("id form number intro scale source_hash published_at", CONTENT),
)
register("instruments.section", lines("id version code title hint position", CONTENT))
register("instruments.item", lines("id section code text kind kba options position", CONTENT))
register(
    "instruments.response",
    lines("id", TECHNICAL),
    lines("version created_at saved_at submitted_at", STUDY),
)
register(
    "instruments.answer",
    lines("id", TECHNICAL),
    lines("response item value is_not_applicable chosen", STUDY),
    lines("quote note", QUOTE),
)
