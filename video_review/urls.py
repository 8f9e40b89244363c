from django.urls import URLPattern

app_name = "video_review"

urlpatterns: list[URLPattern] = []
