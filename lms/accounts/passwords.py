"""What Django says about passwords, named here so that our catalogue says it: je, not u."""

from django.utils.translation import gettext_noop, ngettext_lazy

SHORT = ngettext_lazy(
    "Your password must contain at least %(min_length)d character.",
    "Your password must contain at least %(min_length)d characters.",
    "min_length",
)
PERSONAL = gettext_noop("Your password can’t be too similar to your other personal information.")
COMMON = gettext_noop("Your password can’t be a commonly used password.")
WRONG = gettext_noop("Your old password was entered incorrectly. Please enter it again.")
