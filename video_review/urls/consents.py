from django.urls import path

from video_review.views import consents

urlpatterns = [
    path("toestemming/", consents.consent_new, name="consent_new"),
    path("toestemming/<uuid:public_id>/na-afloop/", consents.consent_after, name="consent_after"),
    path(
        "toestemming/<uuid:public_id>/intrekken/",
        consents.consent_withdraw,
        name="consent_withdraw",
    ),
]
