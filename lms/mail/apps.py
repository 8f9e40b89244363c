from importlib import import_module

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "lms.mail"
    label = "mail"

    def ready(self) -> None:
        import_module("lms.mail.kinds")
