"""The background work of this app. Read once, when all is loaded."""

from courses.curriculum import processing
from lms.jobs.registry import Kind, register

register(
    Kind(processing.KIND, run=processing.draw_films, give_up=processing.give_up, queue="media")
)
