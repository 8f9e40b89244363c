"""Short addresses, as they stand on the patient's slip."""

from django.urls import URLPattern, path

from video_review.views import consents

app_name = "patients"

urlpatterns: list[URLPattern] = [
    path("", consents.stop, name="stop"),
    path("klaar/", consents.stopped, name="stopped"),
]
