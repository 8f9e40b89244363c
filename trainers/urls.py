from django.urls import path

from trainers import views

app_name = "trainers"

urlpatterns = [
    path("planning/<uuid:edition>/trainers/", views.edition_trainers, name="edition"),
]
