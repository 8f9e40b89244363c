from importlib import import_module

from django.apps import AppConfig


class CurriculumConfig(AppConfig):
    name = "courses.curriculum"
    label = "curriculum"

    def ready(self) -> None:
        import_module("courses.curriculum.kinds")
        import_module("courses.curriculum.receivers")
        lengths = import_module("courses.curriculum.workshop").lengths_of
        import_module("courses.curriculum.public").add_to_workshop_page("lengths", lengths)
