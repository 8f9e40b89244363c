from django.urls import path

from courses.curriculum.views import films, pictures

app_name = "media"

urlpatterns = [
    path("voorbeelden/<slug:name>.<slug:extension>", films.drawn, name="drawn"),
    path("voorbeelden/echt/<int:pk>/<str:filename>", films.acted, name="acted"),
    # The address that Wagtail gives to what it has scaled.
    path("media/images/<str:name>", pictures.shown, name="picture"),
]
