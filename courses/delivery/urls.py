from django.urls import path

from courses.delivery.views import end_terms, enrolment, interest, leaflets, participants

app_name = "delivery"

urlpatterns = [
    path("leergang/folder/", leaflets.course_leaflet, name="course_leaflet"),
    path("leergang/eindtermen/<int:pk>/", end_terms.end_terms, name="end_terms"),
    path("leergang/eindtermen/<int:pk>/csv/", end_terms.end_terms_csv, name="end_terms_csv"),
    path("leergang/samen/<str:token>/", enrolment.answer, name="couple_answer"),
    path("planning/<uuid:public_id>/deelnemers/", participants.participants, name="participants"),
    path(
        "planning/<uuid:public_id>/deelnemers/<uuid:couple>/",
        participants.change,
        name="participants_change",
    ),
    path("workshop/qr/", leaflets.workshop_qr, name="workshop_qr"),
    path("belangstelling/", interest.leave, name="interest"),
    path("belangstelling/dank/", interest.left, name="interest_left"),
    path("belangstelling/weg/<str:token>/", interest.take_back, name="interest_take_back"),
    path("belangstelling/lijst/", interest.interest_list, name="interest_list"),
]
