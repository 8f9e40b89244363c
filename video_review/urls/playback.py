from django.urls import URLPattern, path

from video_review.views import playback

RENDITION = "<uuid:public_id>/kijken/<uuid:rendition_id>/"

urlpatterns: list[URLPattern] = [
    path("<uuid:public_id>/kijken/film.m3u8", playback.master, name="master"),
    path(f"{RENDITION}film.m3u8", playback.playlist, name="playlist"),
    path(f"{RENDITION}sleutel", playback.key, name="key"),
    path(f"{RENDITION}<int:position>.ts", playback.segment, name="segment"),
    path("<uuid:public_id>/kijken/beeld.jpg", playback.poster, name="poster"),
    path("<uuid:public_id>/kijken/geluid.json", playback.peaks, name="peaks"),
    path("<uuid:public_id>/kijken/hier", playback.beat, name="beat"),
]
