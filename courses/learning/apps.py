from importlib import import_module

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "courses.learning"
    label = "learning"

    def ready(self) -> None:
        import_module("courses.learning.receivers")
        import_module("courses.learning.reporters").register_own_kinds()
        evening = import_module("courses.learning.evening")
        parts = import_module("courses.delivery.evening_parts")
        parts.register_part(
            "homework", evening.homework_before, "learning/includes/evening_homework.html"
        )
        parts.register_part("tracks", evening.tracks_ahead, "learning/includes/evening_tracks.html")
        cards = import_module("courses.learning.cards")
        cards.register_card(
            "attendance",
            import_module("courses.learning.evening").attendance_card,
            "learning/includes/attendance_card.html",
        )
        cards.register_card(
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
