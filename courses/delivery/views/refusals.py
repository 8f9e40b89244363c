"""Why somebody cannot take part like this, and what they can do."""

from django.utils.translation import gettext as _

from courses.delivery.models import Edition
from courses.delivery.services import (
    EditionFull,
    NotOnePractice,
    NotOpen,
    OnePerson,
    StandsAlready,
    StandsElsewhere,
    takes_applications,
)


def words_for_one(refusal: Exception, edition: Edition) -> str:
    """To somebody about only themselves."""
    if isinstance(refusal, StandsElsewhere):
        return _(
            "You stand in another edition of this course already. Ask the coordinator to move you "
            "to this one, or give that place back first."
        )
    if isinstance(refusal, StandsAlready):
        return _(
            "You have applied for this course already, or take part in it. Look in your mail, or "
            "sign in to see where you stand."
        )
    return words_for(refusal, edition)


def words_for(refusal: Exception, edition: Edition) -> str:
    if isinstance(refusal, OnePerson):
        return _("Both addresses are of one person. Fill in the colleague you come with.")
    if isinstance(refusal, StandsElsewhere):
        return _(
            "One of you two stands in another edition of this course. Ask the coordinator to move "
            "you two to this one, or give that place back first."
        )
    if isinstance(refusal, StandsAlready):
        return _(
            "One of you two has applied for this course already, or takes part in it. Look in your "
            "mail, or sign in to see where you stand."
        )
    if isinstance(refusal, EditionFull):
        return _(
            "There is no free place for a new partner: the one that came free went to who waited. "
            "Ask the coordinator whether you can go on alone."
        )
    if isinstance(refusal, NotOpen):
        return words_for_closed(edition)
    if isinstance(refusal, NotOnePractice):
        return _(
            "You two are known at different practices. A couple works at one practice. Has one of "
            "you moved? Tell the coordinator, who can change it."
        )
    return _(
        "A couple is a GP and a practice support worker or practice nurse. Let one of you apply "
        "with a colleague of the other profession, or ask the coordinator whether you can come "
        "alone."
    )


def words_for_closed(edition: Edition) -> str:
    if edition.is_open or edition.care_group is None or not takes_applications(edition):
        return _("Nobody can apply for this course any more. Choose other dates.")
    return _(
        "This course is for practices of %(name)s, and yours is not known as one of them. Is it? "
        "Ask the coordinator to add it, or choose other dates."
    ) % {"name": edition.care_group}
