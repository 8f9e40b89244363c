from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lms.web import samples

THEMES = ("light", "dark")


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for the people who build pages with them."""
    chosen = request.GET.get("thema", "")
    context = samples.context() | {"theme": chosen if chosen in THEMES else ""}
    return render(request, "web/components_page.html", context)
