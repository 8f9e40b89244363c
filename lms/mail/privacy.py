from lms.privacy.registry import PERSON, TECHNICAL, lines, register

register(
    "mail.outgoingmail",
    lines("id key message_id", TECHNICAL),
    lines("recipient subject body calendar calendar_method created_at sent_at", PERSON),
)
