from lms.privacy.registry import PERSON, SECRET, STUDY, TECHNICAL, lines, register

register("accounts.profession", lines("id code name", TECHNICAL))
register("accounts.register", lines("id code name", TECHNICAL))
register("accounts.caregroup", lines("id name", TECHNICAL))
register("accounts.practice", lines("id name place care_group", TECHNICAL))
register("accounts.practicealias", lines("id practice name place", TECHNICAL))
register(
    "accounts.user",
    lines("id is_superuser is_staff is_active sessions_ended", TECHNICAL),
    lines(
        "email first_name last_name initials profession practice language last_login date_joined",
        PERSON,
    ),
    lines("password", SECRET),
)
register("accounts.user_groups", lines("id user group", TECHNICAL))
register("accounts.user_user_permissions", lines("id user permission", TECHNICAL))
register("accounts.registration", lines("id", TECHNICAL), lines("user register number", PERSON))
register(
    "accounts.rolegrant",
    lines("id", TECHNICAL),
    lines("user role care_group valid_from valid_until", PERSON),
)
register(
    "accounts.confidentialitystatement",
    lines("id", TECHNICAL),
    lines("user version signed_at", STUDY),
)
register(
    "accounts.invitation",
    lines("id purpose", TECHNICAL),
    lines("user made_by created_at expires_at used_at", PERSON),
)
