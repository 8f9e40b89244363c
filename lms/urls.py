from django.conf import settings
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog, set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("mijn/", include("courses.learning.urls")),
    path("panel/", include("courses.curriculum.urls")),
    path("", include("courses.curriculum.media_urls")),
    path("opnames/", include("video_review.urls")),
    path("stoppen/", include("video_review.urls.patients")),
    path("", include("courses.delivery.urls")),
    path("", include("trainers.urls")),
    path("", include("lms.accounts.doors")),
    path("account/", include("lms.accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documenten/", include(wagtaildocs_urls)),
    path("taal/", set_language, name="set_language"),
    path("teksten.js", JavaScriptCatalog.as_view(), name="javascript_catalog"),
]
if settings.SHOW_COMPONENTS:
    urlpatterns.append(path("", include("lms.web.urls")))
if settings.IS_DEMO:
    urlpatterns.append(path("demo/", include("lms.demo_urls")))
urlpatterns.append(path("", include(wagtail_urls)))
