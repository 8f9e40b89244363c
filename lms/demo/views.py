from dataclasses import dataclass

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.demo import EMAILS, PASSWORD
from lms.accounts.models import User
from lms.demo.forms import demo_code
from lms.mail.models import OutgoingMail

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MAILS_PER_PAGE = 50


@dataclass(frozen=True)
class Card:
    who: str
    icon: str
    title: str | Promise
    steps: list[str | Promise]

    @property
    def email(self) -> str:
        return EMAILS[self.who]


CARDS = [
    Card(
        "huisarts",
        "stethoscope",
        gettext_lazy("Participant: the GP"),
        [
            gettext_lazy("See what your next step is in My course."),
            gettext_lazy("Open a recording, place a moment and fill in the observation form."),
            gettext_lazy("Share a recording with the nurse of your practice."),
        ],
    ),
    Card(
        "verpleegkundige",
        "users-round",
        gettext_lazy("Participant: the practice nurse"),
        [
            gettext_lazy("Look back at the lesson on recording safely: it is done."),
            gettext_lazy(
                "State a consent and send a video. Break the connection halfway if you like."
            ),
            gettext_lazy("Watch with the GP. You are asked for a second check: set it up."),
        ],
    ),
    Card(
        "trainer",
        "graduation-cap",
        gettext_lazy("Trainer"),
        [
            gettext_lazy("Use the second check, once."),
            gettext_lazy("Watch what was shared with you and write an observation."),
        ],
    ),
    Card(
        "coordinator",
        "calendar",
        gettext_lazy("Coordinator"),
        [
            gettext_lazy("See who still needs a second check or a signature."),
            gettext_lazy("Try to open a recording: a coordinator cannot."),
        ],
    ),
    Card(
        "redacteur",
        "pencil",
        gettext_lazy("Editor"),
        [
            gettext_lazy("Change a sentence of the course page in the CMS and see it on the site."),
            gettext_lazy("Try to open a recording: an editor cannot."),
        ],
    ),
]


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    context = {
        "cards": CARDS,
        "password": PASSWORD,
        "code": demo_code(),
    }
    return render(request, "demo/start.html", context)


@require_POST
def sign_in(request: HttpRequest, who: str) -> HttpResponse:
    if who not in EMAILS:
        raise Http404
    user = User.objects.filter(email=EMAILS[who], is_active=True).first()
    if user is None:
        messages.error(request, _("The demo has not been filled yet. Start it again in a minute."))
        return redirect("demo:start")
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "password", reauthenticated=True)
    return redirect("accounts:arrive")


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """With links that lead to this demo, at whatever port it was started."""
    mails = OutgoingMail.objects.select_related("recipient")
    page = Paginator(mails, MAILS_PER_PAGE).get_page(request.GET.get("page"))
    here = request.build_absolute_uri("/").rstrip("/")
    for mail in page:
        mail.body = mail.body.replace(settings.SITE_URL, here)
    return render(request, "demo/mailbox.html", {"page": page})
