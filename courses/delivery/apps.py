from importlib import import_module

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "courses.delivery"
    label = "delivery"

    def ready(self) -> None:
        ours = import_module("courses.delivery.public")
        pages = import_module("courses.curriculum.public")
        pages.add_to_course_page("regions", ours.dates_per_region)
        pages.add_to_course_page("interest_form", ours.interest_form)
        pages.add_to_workshop_page("interest_form", ours.interest_form)
        import_module("courses.delivery.receivers")
        after = import_module("courses.delivery.services.follow_up")
        parts = import_module("courses.delivery.evening_parts")
        parts.register_part("follow-up", after.follow_up_of, "delivery/includes/follow_up.html")
        services = import_module("courses.delivery.services")
        chores = import_module("lms.jobs.chores")
        chores.register_chore("interest", services.clear_interest)
        chores.register_chore("track choice", services.remind_of_track_choice)
        chores.register_chore("unanswered couples", services.lapse_unanswered)
        chores.register_chore("unconfirmed applications", services.clear_applications)
        watching = import_module("courses.delivery.services.watching")
        chores.register_chore("faults of editions", watching.tell_of_faults)
