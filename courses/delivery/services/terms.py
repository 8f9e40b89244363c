"""What people agree to when they apply: what the course page says on that day, word for word."""

import hashlib

from courses.curriculum.models import CoursePage
from courses.delivery.models import AgreedTerms, Edition


def terms_of(edition: Edition) -> AgreedTerms:
    page = CoursePage.objects.get(pk=edition.content.course_id)
    text = page.price + page.enrolment_terms
    digest = hashlib.sha256(text.encode()).hexdigest()
    terms, _ = AgreedTerms.objects.get_or_create(digest=digest, defaults={"text": text})
    return terms
