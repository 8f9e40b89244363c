from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PrivacyConfig(AppConfig):
    name = "lms.privacy"
    label = "privacy"

    def ready(self) -> None:
        import_module("lms.privacy.third_party")
        autodiscover_modules("privacy")
