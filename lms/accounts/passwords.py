"""What others say about passwords, named here so that our catalogue says it: je, not u."""

from django.utils.translation import gettext_noop, ngettext_lazy

# What is asked, beside the field.
SHORT = ngettext_lazy(
    "Your password must contain at least %(min_length)d character.",
    "Your password must contain at least %(min_length)d characters.",
    "min_length",
)
PERSONAL = gettext_noop("Your password can’t be too similar to your other personal information.")
COMMON = gettext_noop("Your password can’t be a commonly used password.")

# What was wrong with it.
IS_SHORT = ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)
IS_PERSONAL = gettext_noop("The password is too similar to the %(verbose_name)s.")
IS_COMMON = gettext_noop("This password is too common.")
WRONG = gettext_noop("Please type your current password.")
