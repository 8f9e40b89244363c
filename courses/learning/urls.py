from django.urls import path

from courses.learning.views import continuation, home, lessons, reference, tracks

app_name = "learning"

urlpatterns = [
    path("", home.home, name="home"),
    path("richting/", tracks.track, name="track"),
    path("vervolgplan/", continuation.plan, name="plan"),
    path("vervolgplan/<int:pk>/klaar/", continuation.tick, name="plan_tick"),
    path("opdracht/<uuid:key>/", home.assignment, name="assignment"),
    path("opdracht/<uuid:key>/klaar/", home.declare, name="declare"),
    path("module/<uuid:key>/", lessons.module, name="module"),
    path("module/<uuid:key>/afdruk/", reference.module_print, name="module_print"),
    path("begrippen/", reference.glossary, name="glossary"),
    path("zoeken/", reference.search, name="search"),
    path("les/<uuid:key>/", lessons.lesson, name="lesson"),
    path("les/<uuid:key>/klaar/", lessons.lesson_done, name="lesson_done"),
    path("les/<uuid:key>/tijd/", lessons.study_time, name="study_time"),
]
