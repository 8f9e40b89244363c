"""The site as visitors meet it: a start page with the shipped workshop and a small course."""

import yaml
from django.test import override_settings
from wagtail.models import Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.curriculum import loading
from courses.curriculum.models import CoursePage, HomePage, WorkshopPage
from tests.factories.curriculum import LICENSED, make_course, root_page


def make_home() -> HomePage:
    home = root_page().add_child(instance=HomePage(title="Samen beslissen", **LICENSED))
    Site.objects.filter(is_default_site=True).delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return home


def make_workshop(home: Page) -> WorkshopPage:
    """As the loader makes it of the shipped text."""
    text = (loading.CONTENT / "workshop.yaml").read_text(encoding="utf-8")
    node = loading.workshop_node(yaml.safe_load(text), loading.clips_in(loading.CONTENT))
    node.fields.update(LICENSED)
    with disable_reference_index_auto_update(), override_settings(WAGTAILSEARCH_BACKENDS={}):
        return loading.load_node(node, home, loading.Outcome())


def make_public_course(home: Page) -> CoursePage:
    """At /leergang/, as the shipped one."""
    course = make_course()
    course.slug = "leergang"
    course.save()
    course.move(home, pos="last-child")
    return CoursePage.objects.get(pk=course.pk)
