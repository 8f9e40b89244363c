import pytest
from django.db import models
from django.test.utils import isolate_apps

from lms.privacy import registry
from lms.privacy.registry import (
    REGISTRY,
    TECHNICAL,
    Basis,
    Class,
    Erasure,
    Export,
    Term,
    fields_of,
    fields_without_line,
    lines,
    lines_without_field,
    register,
    term_in_words,
)


def test_every_field_of_every_model_has_a_line():
    assert fields_without_line() == []


def test_every_line_has_a_field():
    assert lines_without_field() == []


def test_a_new_field_without_a_line_is_named(monkeypatch):
    short = REGISTRY["accounts.user"] | {}
    del short["email"]
    monkeypatch.setitem(REGISTRY, "accounts.user", short)

    assert fields_without_line() == ["accounts.user.email"]


def test_a_new_model_without_lines_is_named(monkeypatch):
    with isolate_apps("lms.audit"):

        class Fresh(models.Model):
            name = models.TextField()

            class Meta:
                app_label = "audit"

            def __str__(self):
                return self.name

    monkeypatch.setattr(
        registry.apps, "get_models", lambda include_auto_created: [Fresh], raising=True
    )
    assert fields_without_line() == ["audit.fresh.id", "audit.fresh.name"]


def test_a_line_of_a_field_that_is_gone_is_named(monkeypatch):
    stale = REGISTRY["accounts.user"] | {"fax": TECHNICAL}
    monkeypatch.setitem(REGISTRY, "accounts.user", stale)

    assert lines_without_field() == ["accounts.user.fax"]


def test_a_field_cannot_have_two_lines():
    with pytest.raises(ValueError, match="email has two lines"):
        register("accounts.user", lines("id email", TECHNICAL), lines("email", TECHNICAL))


def test_every_term_names_settings_that_exist():
    assert [term for term in Term if "{" in term_in_words(term)] == []


def test_a_term_is_said_with_the_number_of_this_installation(settings):
    settings.UPLOAD_EXPIRY_DAYS = 5

    assert term_in_words(Term.UPLOAD) == "5 days when not finished, else with the recording"


def test_what_is_about_somebody_has_a_basis_and_an_end():
    personal = [
        (label, name)
        for label, fields in REGISTRY.items()
        for name, field in fields.items()
        if field.class_ in (Class.PERSON, Class.STUDY, Class.PATIENT, Class.LOG)
        and (field.basis == Basis.NONE or field.erasure == Erasure.NONE)
    ]

    assert personal == []


def test_nothing_that_gives_access_is_exported():
    assert [
        f"{label}.{name}"
        for label, fields in REGISTRY.items()
        for name, field in fields.items()
        if field.class_ == Class.SECRET and field.export == Export.YES
    ] == []


def test_nothing_of_a_patient_is_in_mail_log_jobs_search_or_the_cms():
    apart = ("mail.", "audit.", "jobs.", "wagtail", "curriculum.", "sessions.", "axes.")

    assert [name for name in fields_of(Class.PATIENT) if name.startswith(apart)] == []
