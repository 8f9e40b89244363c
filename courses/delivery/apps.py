from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "courses.delivery"
    label = "delivery"
