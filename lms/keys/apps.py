from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "lms.keys"
    label = "keys"
