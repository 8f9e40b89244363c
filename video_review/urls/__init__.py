from video_review.urls import consents, observations, papers, playback, recordings, uploads

app_name = "video_review"

urlpatterns = [
    *papers.urlpatterns,
    *consents.urlpatterns,
    *uploads.urlpatterns,
    *playback.urlpatterns,
    *observations.urlpatterns,
    *recordings.urlpatterns,
]
