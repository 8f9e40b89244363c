import uuid
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser

from lms.accounts.adapter import AccountAdapter
from lms.accounts.models import User
from lms.mail.services import queue_mail


class MailingAdapter(AccountAdapter):
    """Sign-in mails go through the outbox, as every mail does."""

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        queue_mail(
            key=f"password-reset:{uuid.uuid4()}",
            recipient=cast(User, user),
            template="password_reset",
            url=context["password_reset_url"],
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        queue_mail(
            key=f"security-change:{uuid.uuid4()}",
            recipient=cast(User, user),
            template="security_change",
            url_name="accounts:profile",
        )
