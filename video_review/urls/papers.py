from django.urls import URLPattern, path

from video_review.views import papers

urlpatterns: list[URLPattern] = [
    path("kijkwijzer.pdf", papers.observation_form, name="observation_form"),
    path("toestemming/formulier.pdf", papers.consent_form, name="consent_form"),
]
