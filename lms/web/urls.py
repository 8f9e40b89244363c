from django.urls import path

from lms.web import views

app_name = "web"

urlpatterns = [
    path("ontwerp/", views.components, name="components"),
]
