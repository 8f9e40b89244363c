from django import forms


class MarkForm(forms.Form):
    """One tap on the list of an evening."""

    enrolment = forms.IntegerField(min_value=1)
    part = forms.IntegerField(min_value=1, max_value=99)
    is_present = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda word: word == "yes"
    )
    way = forms.ChoiceField(choices=[(way, way) for way in ("name", "paper")])


class RunForm(forms.Form):
    """What is said of one block of the evening; which value goes with which kind the rule knows."""

    block = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in ("begun", "extra", "leader")])
    value = forms.IntegerField(required=False, min_value=0)
