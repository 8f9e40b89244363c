"""What may never be typed, wherever somebody can type freely."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A BSN as people write it: 123456789, 12345678, 1234.56.789, 123 456 789.
PATIENT_NUMBER = re.compile(
    r"(?<!\d)(?:\d{8,9}|\d{4}[ .-]\d{2}[ .-]\d{3}|\d{3}[ .-]\d{3}[ .-]\d{3})(?!\d)"
)


def no_patient_numbers(text: str) -> None:
    """Refuse what could be a citizen service number: nothing here may tell who a patient is."""
    if PATIENT_NUMBER.search(text):
        raise ValidationError(
            _(
                "This holds a number of 8 or 9 digits. That could be a patient's number. Take it"
                " out; say “the patient” instead."
            ),
            code="patient-number",
        )
