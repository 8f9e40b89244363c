from pathlib import Path

import yaml
from django.db import transaction

from courses.delivery.models import CoupleSide
from lms.accounts.models import Profession, Register

CONTENT = Path(__file__).parent / "content"


@transaction.atomic
def load_professions(path: Path = CONTENT / "professions.yaml") -> None:
    """The professions of the couple rule and the registers people stand in; names that were
    changed stay as they are."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    for row in rows.get("registers", []):
        Register.objects.get_or_create(code=row["code"], defaults={"name": row["name"]})
    for row in rows["professions"]:
        profession, _ = Profession.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"]}
        )
        CoupleSide.objects.get_or_create(profession=profession, defaults={"side": row["side"]})
