from importlib import import_module

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "courses.delivery"
    label = "delivery"

    def ready(self) -> None:
        dates = import_module("courses.delivery.public").dates_per_region
        import_module("courses.curriculum.public").add_to_course_page("regions", dates)
