from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "lms.mail"
    label = "mail"
