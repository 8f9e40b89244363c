from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Profession(models.Model):
    """A profession people take part as, such as huisarts, POH or PVK. A row, so that one can be
    added without code."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Register(models.Model):
    """A professional register that people can be booked in, such as BIG."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class CareGroup(models.Model):
    """A regional organisation of chain care (zorggroep)."""

    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Practice(models.Model):
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=100)
    care_group = models.ForeignKey(
        CareGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="practices"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "place"], name="practice_known_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.place}"


class PracticeAlias(models.Model):
    """Another name under which a practice stood here; typed again, it is the same practice."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.name}, {self.place}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """Somebody who signs in, by e-mail address."""

    username = None  # type: ignore[assignment]  # people sign in by e-mail address
    email = models.EmailField(_("e-mail address"), unique=True)
    initials = models.CharField(max_length=20, blank=True)
    profession = models.ForeignKey(
        Profession, on_delete=models.PROTECT, null=True, blank=True, related_name="users"
    )
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="users"
    )
    language = models.CharField(_("language"), max_length=10, default="nl")
    sessions_ended = models.PositiveIntegerField(default=0)  # how often, on all devices at once

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]  # no username to create from

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session lasts until the password changes or all sessions are ended."""
        return salted_hmac(
            "lms.accounts.models.User.session",
            f"{self.password}:{self.sessions_ended}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Registration(models.Model):
    """The number under which somebody stands in a register; one person can have several."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="registrations")
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="registrations")
    number = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "register"], name="registered_once")]

    def __str__(self) -> str:
        return f"{self.register}: {self.number}"


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    EDITOR = "editor", _("Editor")
    CONTACT = "contact", _("Contact of a care group")


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def valid(self) -> Self:
        moment = timezone.now()
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=moment), valid_from__lte=moment)


class RoleGrant(models.Model):
    """Somebody holds an organisational role, for a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    care_group = models.ForeignKey(  # of a contact, whose role reaches no further
        CareGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="contact_grants"
    )
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="contact_of_one_care_group",
                condition=Q(role=Role.CONTACT, care_group__isnull=False)
                | (~Q(role=Role.CONTACT) & Q(care_group=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class ConfidentialityStatement(models.Model):
    """Somebody has signed to keep secret what they see in recordings of others."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="confidentiality")
    version = models.CharField(max_length=20)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="confidentiality_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.version}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        return self.filter(used_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Somebody was sent a link to confirm an address or to accept what was asked of them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    purpose = models.CharField(max_length=100)  # in the words of the app that asks
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user}: {self.purpose}"

    def is_open(self) -> bool:
        return self.used_at is None and self.expires_at > timezone.now()
