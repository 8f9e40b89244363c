from importlib import import_module

from django.apps import AppConfig


class VideoReviewConfig(AppConfig):
    name = "video_review"
    label = "video_review"

    def ready(self) -> None:
        import_module("video_review.kinds")
        import_module("video_review.receivers")
        import_module("video_review.worker")
