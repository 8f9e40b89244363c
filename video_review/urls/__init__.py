from video_review.urls import consents, observations, playback, recordings, uploads

app_name = "video_review"

urlpatterns = [
    *consents.urlpatterns,
    *uploads.urlpatterns,
    *playback.urlpatterns,
    *observations.urlpatterns,
    *recordings.urlpatterns,
]
