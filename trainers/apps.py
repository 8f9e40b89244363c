from importlib import import_module

from django.apps import AppConfig


class TrainersConfig(AppConfig):
    name = "trainers"
    label = "trainers"

    def ready(self) -> None:
        import_module("trainers.checks").register()
