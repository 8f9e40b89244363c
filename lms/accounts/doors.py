"""Other sign-in pages that the CMS brings along: all of them lead to the one there is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, re_path, reverse
from django.utils.http import urlencode


def one_door(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
    wanted = request.GET.get("next") or reverse("wagtailadmin_home")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


urlpatterns = [
    path("cms/login/", one_door),
    re_path(r"^cms/password_reset/", one_door),
    path("_util/login/", one_door),
    re_path(r"^_util/authenticate_with_password/", one_door),
]
