from django.urls import URLPattern, path

from video_review.views import recordings

urlpatterns: list[URLPattern] = [
    path("", recordings.recording_list, name="list"),
    path("<uuid:public_id>/", recordings.detail, name="detail"),
    path("<uuid:public_id>/stand/", recordings.status, name="status"),
    path("<uuid:public_id>/opnieuw/", recordings.retry, name="retry"),
    path("<uuid:public_id>/delen/", recordings.share, name="share"),
    path("<uuid:public_id>/delen/<int:share_id>/terug/", recordings.unshare, name="unshare"),
    path("<uuid:public_id>/vernietigen/", recordings.destroy, name="destroy"),
    path("<uuid:public_id>/vernietigd/", recordings.destroyed, name="destroyed"),
]
