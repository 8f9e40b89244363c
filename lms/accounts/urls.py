from django.urls import path, re_path

from lms.accounts import views

app_name = "accounts"

# Before those of allauth: what it offers and we do not is answered here.
urlpatterns = [
    path("", views.profile, name="profile"),
    path("welkom/", views.arrive, name="arrive"),
    path("geheimhouding/", views.confidentiality, name="confidentiality"),
    path("extra-controle/", views.second_factor, name="second_factor"),
    path("overal-uitloggen/", views.end_all_sessions, name="end_all_sessions"),
    path("coordinatie/", views.coordination, name="coordination"),
    path("email/", views.email, name="email"),
    re_path(r"^confirm-email/", views.closed),
    re_path(r"^login/code/", views.closed),
]
