from django.urls import path

from courses.delivery.views import (
    calendar,
    end_terms,
    enrolment,
    evening,
    interest,
    leaflets,
    participants,
    planning,
    room,
    room_groups,
    room_papers,
    tracks,
)

app_name = "delivery"

urlpatterns = [
    path("leergang/folder/", leaflets.course_leaflet, name="course_leaflet"),
    path("leergang/eindtermen/<int:pk>/", end_terms.end_terms, name="end_terms"),
    path("leergang/eindtermen/<int:pk>/csv/", end_terms.end_terms_csv, name="end_terms_csv"),
    path("avond/<uuid:public_id>/", room.room, name="room"),
    path("avond/<uuid:public_id>/aanwezig/", room.mark, name="room_mark"),
    path("avond/<uuid:public_id>/blok/", room.run, name="room_run"),
    path("avond/<uuid:public_id>/groepen/", room_groups.groups, name="room_groups"),
    path(
        "avond/<uuid:public_id>/groepen/wijzigen/",
        room_groups.change,
        name="room_groups_change",
    ),
    path(
        "avond/<uuid:public_id>/groepen/scherm/",
        room_groups.screen,
        name="room_groups_screen",
    ),
    path(
        "avond/<uuid:public_id>/presentielijst.pdf",
        room_papers.attendance_list,
        name="attendance_list",
    ),
    path("avond/<uuid:public_id>/stand/", room.sync, name="room_sync"),
    path("avond/werker.js", room.worker, name="room_worker"),
    path("avond/<uuid:public_id>/code/", room.code, name="room_code"),
    path("hier/", room.check_in, name="check_in_here"),
    path("hier/<str:token>/", room.scanned, name="check_in"),
    path("mijn/avond/<uuid:public_id>/", evening.evening, name="evening"),
    path("mijn/avond/<uuid:public_id>/avond.ics", evening.evening_file, name="evening_file"),
    path("mijn/agenda/", calendar.calendar, name="calendar"),
    path("mijn/agenda/link/", calendar.calendar_link, name="calendar_link"),
    path("mijn/agenda/avonden.ics", calendar.calendar_file, name="calendar_file"),
    path("agenda/<str:token>.ics", calendar.feed, name="feed"),
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
    path("planning/", planning.planning_list, name="planning"),
    path("planning/<uuid:edition>/publiceren/", planning.publish, name="publish"),
    path("planning/<uuid:edition>/richtingen/", tracks.tracks_of_edition, name="tracks"),
]
