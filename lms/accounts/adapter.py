import base64
from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.encoding import force_bytes
from qrcode.image.svg import SvgPathFillImage


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation, never by a visitor."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Whichever limit stops somebody who guesses, the answer is the same page."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            request.axes_locked_out = True  # type: ignore[attr-defined]  # read by django-axes
            raise


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed: a copy of the database alone makes no codes."""

    def encrypt(self, text: str) -> str:
        return seals().encrypt(text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """With a white ground of its own, so that a camera reads it on a dark page too."""
        drawing = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawing)
        return drawing.getvalue().decode()

    def decrypt(self, encrypted_text: str) -> str:
        return seals().decrypt(encrypted_text.encode()).decode()


def seals() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derive_key(each))) for each in secrets])


def derive_key(secret: str | bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"second factors").derive(
        force_bytes(secret)
    )
