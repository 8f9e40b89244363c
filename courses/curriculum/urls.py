from django.urls import path

from courses.curriculum.views import panel

app_name = "curriculum"

urlpatterns = [
    path("<int:pk>/", panel.panel, name="panel"),
    path("<int:pk>/<uuid:key>/", panel.panel_page, name="panel_page"),
    path("wijzigingen/<int:pk>/", panel.changes, name="changes"),
]
