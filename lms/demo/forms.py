"""In the demo one fixed code takes the place of an authenticator app. Only the demo's settings
name these forms, and the forms refuse it themselves under any other."""

import hmac
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

HINT = _("In the demo the code is always %(code)s.")


def demo_code() -> str:
    code: str = settings.DEMO_SECOND_FACTOR_CODE  # type: ignore[misc]  # of the demo's settings
    return code


def is_demo_code(code: str) -> bool:
    if not settings.IS_DEMO:
        return False
    return hmac.compare_digest(code.replace(" ", ""), demo_code())


class DemoCode(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.IS_DEMO:
            self.fields["code"].help_text = HINT % {"code": demo_code()}


class DemoCodeOfAuthenticator(DemoCode):
    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        app = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()
        if app is not None and is_demo_code(code):
            self.authenticator = app
            return code
        return super().clean_code()  # type: ignore[misc]  # of the form this is mixed into


class DemoAuthenticateForm(DemoCodeOfAuthenticator, AuthenticateForm):
    pass


class DemoReauthenticateForm(DemoCodeOfAuthenticator, ReauthenticateForm):
    pass


class DemoActivateForm(DemoCode, ActivateTOTPForm):
    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        return code if is_demo_code(code) else super().clean_code()
