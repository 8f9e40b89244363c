from pathlib import Path

import yaml
from django.db import transaction

from courses.delivery.models import CoupleSide
from lms.accounts.models import Profession

CONTENT = Path(__file__).parent / "content"


@transaction.atomic
def load_professions() -> None:
    """The professions of the couple rule; names that were changed stay as they are."""
    rows = yaml.safe_load((CONTENT / "professions.yaml").read_text(encoding="utf-8"))
    for row in rows["professions"]:
        profession, _ = Profession.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"]}
        )
        CoupleSide.objects.get_or_create(profession=profession, defaults={"side": row["side"]})
