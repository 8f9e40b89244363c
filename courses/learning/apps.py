from importlib import import_module

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "courses.learning"
    label = "learning"

    def ready(self) -> None:
        import_module("courses.learning.receivers")
        import_module("courses.learning.reporters").register_own_kinds()
        homework = import_module("courses.learning.evening").homework_before
        import_module("courses.delivery.evening_parts").register_part(
            "homework", homework, "learning/includes/evening_homework.html"
        )
        import_module("courses.learning.cards").register_card(
            "continuation_plan",
            import_module("courses.learning.continuation").plan_card,
            "learning/includes/plan_card.html",
        )
        import_module("courses.learning.cards").register_card(
            "practice_partner",
            import_module("courses.learning.couple").couple_card,
            "delivery/includes/couple_card.html",
        )
        public = import_module("courses.curriculum.public")
        preview = import_module("courses.learning.views.preview")
        public.AS_PARTICIPANT[:] = [preview.show_as_participant]
        room = import_module("courses.delivery.services.room")
        room.READINESS[:] = [import_module("courses.learning.overview").readiness_before]
