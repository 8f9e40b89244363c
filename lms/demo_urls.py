from django.urls import path

from lms.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.start, name="start"),
    path("inloggen/<slug:who>/", views.sign_in, name="sign_in"),
    path("post/", views.mailbox, name="mailbox"),
]
