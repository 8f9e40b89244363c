from django.urls import URLPattern, path

from video_review.views import observations, results

urlpatterns: list[URLPattern] = [
    path("<uuid:public_id>/kijken/", observations.review, name="review"),
    path(
        "<uuid:public_id>/kijken/bewaren/", observations.observation_save, name="observation_save"
    ),
    path(
        "<uuid:public_id>/kijken/versturen/",
        observations.observation_submit,
        name="observation_submit",
    ),
    path("<uuid:public_id>/momenten/bewaren/", observations.moment_save, name="moment_save"),
    path("<uuid:public_id>/momenten/weg/", observations.moment_delete, name="moment_delete"),
    path("<uuid:public_id>/uitkomst/", results.results, name="results"),
    path("<uuid:public_id>/ontwikkelpunt/", results.development_point, name="development_point"),
]
