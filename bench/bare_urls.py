from django.http import HttpRequest, HttpResponse
from django.urls import path


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.user}</p>")


urlpatterns = [path("", bare)]
