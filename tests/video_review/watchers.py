"""People who watch a recording, signed in the way the gate before others' recordings asks."""

import time

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from lms.accounts.models import ConfidentialityStatement
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EnrolmentFactory
from tests.factories.video_review import ShareFactory
from video_review.models import Scope


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sign_in_to_see_others(user) -> Client:
    """With the confidentiality statement signed and a second factor used in this session."""
    ConfidentialityStatement.objects.get_or_create(
        user=user, version=settings.CONFIDENTIALITY_VERSION
    )
    factor, _ = Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "unused"}}
    )
    client = sign_in(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "id": factor.pk, "at": time.time()}
    ]
    session.save()
    return client


def share_with_partner(recording, **name):
    """The practice partner of the owner, who may watch."""
    couple = recording.enrolment.couple
    partner = UserFactory(**name)
    EnrolmentFactory(edition=recording.enrolment.edition, couple=couple, participant=partner)
    ShareFactory(recording=recording, person=partner)
    return partner


def share_with_member(recording, **name):
    """Somebody else of the group, who may watch because the patient agreed to the group."""
    member = UserFactory(**name)
    edition = recording.enrolment.edition
    EnrolmentFactory(edition=edition, participant=member)
    group = edition.groups.get_or_create(kind="edition", defaults={"name": "Groep"})[0]
    group.memberships.create(user=member)
    ShareFactory(recording=recording, person=member)
    recording.consent.__class__.objects.filter(pk=recording.consent_id).update(scope=Scope.GROUP)
    return member
