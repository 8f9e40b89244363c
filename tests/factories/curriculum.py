from typing import Any

import factory
from wagtail.models import Page

from courses.curriculum.models import ContentVersion, CoursePage


def make_course_page(**fields: Any) -> CoursePage:
    page = CoursePage(title="Samen beslissen", lead="Leren van je eigen gesprek.", **fields)
    return Page.get_first_root_node().add_child(instance=page)


class ContentVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContentVersion

    course = factory.LazyFunction(make_course_page)
    number = 1
