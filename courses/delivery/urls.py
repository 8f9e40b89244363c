from django.urls import path

from courses.delivery.views import calendar, end_terms, evening, interest, leaflets

app_name = "delivery"

urlpatterns = [
    path("leergang/folder/", leaflets.course_leaflet, name="course_leaflet"),
    path("leergang/eindtermen/<int:pk>/", end_terms.end_terms, name="end_terms"),
    path("leergang/eindtermen/<int:pk>/csv/", end_terms.end_terms_csv, name="end_terms_csv"),
    path("mijn/avond/<uuid:public_id>/", evening.evening, name="evening"),
    path("mijn/avond/<uuid:public_id>/avond.ics", evening.evening_file, name="evening_file"),
    path("mijn/agenda/", calendar.calendar, name="calendar"),
    path("mijn/agenda/link/", calendar.calendar_link, name="calendar_link"),
    path("mijn/agenda/avonden.ics", calendar.calendar_file, name="calendar_file"),
    path("agenda/<str:token>.ics", calendar.feed, name="feed"),
    path("workshop/qr/", leaflets.workshop_qr, name="workshop_qr"),
    path("belangstelling/", interest.leave, name="interest"),
    path("belangstelling/dank/", interest.left, name="interest_left"),
    path("belangstelling/weg/<str:token>/", interest.take_back, name="interest_take_back"),
    path("belangstelling/lijst/", interest.interest_list, name="interest_list"),
]
