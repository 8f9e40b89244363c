"""What several forms say."""

from django.utils.translation import gettext_lazy as _

TOO_LONG = _("Make this shorter: at most %(limit_value)d signs fit, and these are %(show_value)d.")
