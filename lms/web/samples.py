"""What the page of components is filled with: the kind of words that real pages hold."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

SCORES = [("0", "0"), ("1", "1"), ("2", "2"), ("3", "3"), ("nvt", "n.v.t.")]


class SampleForm(forms.Form):
    learning_question = forms.CharField(
        label="Wat wil je leren van dit gesprek?",
        help_text="Een vraag die je collega straks bij het kijken in het achterhoofd houdt.",
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": True}),
    )
    visit_on = forms.DateField(
        label="Wanneer was het gesprek?", widget=forms.DateInput(attrs={"type": "date"})
    )
    email = forms.EmailField(
        label="E-mailadres van je praktijkpartner",
        help_text="We sturen één uitnodiging, met jouw naam erin.",
    )
    place = forms.ChoiceField(
        label="Regio", choices=[("", "Kies een regio"), ("t", "Twente"), ("a", "Achterhoek")]
    )
    minutes = forms.IntegerField(label="Duur in minuten", required=False, min_value=1)
    scope = forms.ChoiceField(
        label="Wie mag meekijken?",
        widget=forms.RadioSelect,
        choices=[
            ("s1", "Alleen jij en je praktijkpartner"),
            ("s2", "Ook je groep en de trainers"),
            ("s3", "Ook trainers in opleiding"),
        ],
    )
    topics = forms.MultipleChoiceField(
        label="Waar gaat het gesprek over?",
        help_text="Je mag er meer kiezen.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("d", "Diabetes"), ("c", "COPD"), ("h", "Hart en vaten")],
    )
    agreed = forms.BooleanField(
        label="De patiënt heeft voor en na het gesprek ja gezegd.",
    )
    score = forms.ChoiceField(
        label="Vraagt wat de patiënt wil bespreken", widget=forms.RadioSelect, choices=SCORES
    )


def filled_form() -> SampleForm:
    return SampleForm(
        initial={
            "learning_question": "Hoe maak ik samen met de patiënt de agenda?",
            "scope": "s2",
            "topics": ["d"],
            "agreed": True,
            "score": "2",
        }
    )


def form_with_errors() -> SampleForm:
    form = SampleForm(
        {"email": "sanne@praktijk", "minutes": "0", "scope": "", "learning_question": ""},
        prefix="error",
        auto_id="error_%s",
    )
    form.full_clean()
    return form


def path_steps() -> list[dict[str, Any]]:
    return [
        {"title": "Avond 1", "note": "Geweest, do 5 november", "state": "done", "is_evening": True},
        {"title": "Thuis oefenen", "note": "Klaar, 7 van 7", "state": "done"},
        {
            "title": "Opname maken",
            "note": "Nu aan jou, nog 9 dagen",
            "state": "now",
            "is_today": True,
            "url": "#path",
        },
        {"title": "Avond 2", "note": "do 3 december, 17.30", "state": "open", "is_evening": True},
        {"title": "Avond 3", "note": "Na je keuze", "state": "locked", "is_evening": True},
        {"title": "Avond 4", "note": "Opent later", "state": "locked", "is_evening": True},
    ]


def context() -> dict[str, Any]:
    now = timezone.now()
    return {
        "filled_form": filled_form(),
        "form_with_errors": form_with_errors(),
        "path_steps": path_steps(),
        "now": now,
        "in_nine_days": now + timedelta(days=9),
        "colours": [
            ("petrol", "Petrol, de inkt van het merk"),
            ("accent", "Accent, alleen de volgende stap"),
            ("moss", "Mos, gedaan"),
            ("ochre", "Oker, wacht"),
            ("brick", "Baksteen, stop"),
            ("sand", "Zand, een rustig vlak"),
        ],
        "icons": ["check", "play", "flag", "star", "video", "lock", "users-round", "life-buoy"],
    }
