from django.urls import path

from video_review.views import tus, uploads

urlpatterns = [
    path("toestemming/<uuid:public_id>/insturen/", uploads.upload_new, name="upload_new"),
    path("toestemming/<uuid:public_id>/films", tus.tus_create, name="tus_create"),
    path("films/<uuid:public_id>", tus.tus, name="tus"),
    path("insturen/<uuid:public_id>/", uploads.upload_page, name="upload_page"),
]
