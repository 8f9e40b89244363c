from django.apps import AppConfig


class DemoConfig(AppConfig):
    """What only the demo has. Installed by the demo's settings, by no others."""

    name = "lms.demo"
    label = "demo"
