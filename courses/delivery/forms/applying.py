from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import TOO_LONG, OneLineField
from lms.accounts.models import Practice, Profession, User
from lms.accounts.practices import known_practice, similar_practices
from lms.accounts.services import has_signed_confidentiality

ANOTHER = "new"


def short(label: object, required: object, *, longest: int, **kwargs: Any) -> OneLineField:
    complete = kwargs.pop("complete", "off")
    return OneLineField(
        label=label,  # type: ignore[arg-type]  # a lazy translation
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": complete}),
        error_messages={"required": required, "max_length": TOO_LONG},  # type: ignore[dict-item]
        **kwargs,
    )


def address(label: object, required: object, *, complete: str, **kwargs: Any) -> forms.EmailField:
    return forms.EmailField(
        label=label,  # type: ignore[arg-type]  # a lazy translation
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": complete}),
        error_messages={
            "required": required,  # type: ignore[dict-item]
            "invalid": _("This is not a whole e-mail address yet. It looks like name@practice.nl."),
            "max_length": TOO_LONG,
        },
        **kwargs,
    )


def colleague_first_name() -> OneLineField:
    return short(
        _("First name of your colleague"),
        _("Fill in the first name of your colleague."),
        longest=150,
    )


def colleague_last_name() -> OneLineField:
    return short(
        _("Last name of your colleague"),
        _("Fill in the last name of your colleague."),
        longest=150,
    )


def colleague_email() -> forms.EmailField:
    return address(
        _("E-mail address of your colleague"),
        _("Fill in the e-mail address of your colleague, who says yes or no by mail."),
        complete="off",
    )


class ApplicationForm(forms.Form):
    """To take part with a colleague. What is known of who fills it in is not asked again."""

    first_name = short(
        _("Your first name"), _("Fill in your first name."), longest=150, complete="given-name"
    )
    last_name = short(
        _("Your last name"), _("Fill in your last name."), longest=150, complete="family-name"
    )
    email = address(
        _("Your e-mail address"),
        _("Fill in your e-mail address: without it we cannot confirm your application."),
        complete="email",
        help_text=_("You get a mail there to confirm. Only then do you two have a place."),
    )
    profession = forms.ModelChoiceField(
        label=_("Your profession"),
        queryset=Profession.objects.filter(couple_side__isnull=False).order_by("name"),
        empty_label=_("Choose your profession"),
        error_messages={
            "required": _("Choose your profession: a couple is two different ones."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    practice_name = short(
        _("Name of your practice"),
        _("Fill in the name of your practice."),
        longest=200,
        complete="organization",
    )
    practice_place = short(
        _("Place"),
        _("Fill in the place of your practice."),
        longest=100,
        complete="address-level2",
    )
    practice = forms.ChoiceField(
        label=_("Do you mean one of these practices?"),
        help_text=_("So that your practice stands here once."),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    partner_first_name = colleague_first_name()
    partner_last_name = colleague_last_name()
    partner_email = colleague_email()
    terms = forms.BooleanField(
        label=_("I agree to the terms of taking part"),
        error_messages={"required": _("Tick this, or ask the coordinator what you want to know.")},
    )
    secrecy = forms.BooleanField(
        label=_("What I see of patients and colleagues stays with me"),
        error_messages={"required": _("Tick this: without it nobody can watch together with you.")},
    )
    # People do not see it, machines fill it in.
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, user: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.meant: Practice | None = None
        for name in known_fields(user):
            del self.fields[name]
        if "practice_name" in self.fields:
            self.offer_similar()

    def offer_similar(self) -> None:
        """Of a name that looks like one that is known is asked whether that one is meant."""
        name = str(self.data.get("practice_name", "")).strip()
        place = str(self.data.get("practice_place", "")).strip()
        self.meant = known_practice(name, place) if name and place else None
        similar = [] if self.meant or not (name and place) else similar_practices(name, place)
        if not similar:
            del self.fields["practice"]
            return
        self.similar = {str(practice.pk): practice for practice in similar}
        choices = [(key, str(practice)) for key, practice in self.similar.items()]
        self.fields["practice"].choices = [*choices, (ANOTHER, _("No, it is another one"))]  # type: ignore[attr-defined]

    def clean_practice(self) -> str:
        chosen: str = self.cleaned_data["practice"]
        if not chosen:
            raise forms.ValidationError(
                _("We know a practice with a name like this. Is it yours? Choose below.")
            )
        self.meant = self.similar.get(chosen)
        return chosen

    def clean_partner_email(self) -> str:
        partner: str = self.cleaned_data["partner_email"]
        own = self.user.email if self.user.is_authenticated else self.cleaned_data.get("email", "")
        if partner.lower() == own.lower():
            raise forms.ValidationError(
                _("This is your own address. Fill in that of the colleague you come with.")
            )
        return partner

    def clean(self) -> dict[str, Any]:
        """A browser may fill in the hidden field by itself, so nothing that was typed is lost."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("website"):
            self.add_error(
                None, _("This looked as if a machine had filled it in. Send it once more.")
            )
        return cleaned


def known_fields(user: User | AnonymousUser) -> list[str]:
    if not user.is_authenticated:
        return []
    known = ["email"]
    if user.get_full_name():
        known += ["first_name", "last_name"]
    if user.profession_id is not None:
        known += ["profession"]
    if user.practice_id is not None:
        known += ["practice_name", "practice_place", "practice"]
    if has_signed_confidentiality(user):
        known += ["secrecy"]
    return known
