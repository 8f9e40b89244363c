from django.apps import AppConfig


class VideoReviewConfig(AppConfig):
    name = "video_review"
    label = "video_review"
