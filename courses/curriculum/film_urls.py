from django.urls import path

from courses.curriculum.views import films

app_name = "films"

urlpatterns = [
    path("<slug:name>.<slug:extension>", films.drawn, name="drawn"),
    path("echt/<int:pk>/<str:filename>", films.acted, name="acted"),
]
