"""What this app tells the ones below it: its background work, its homework and its card. Read once,
when all is loaded."""

from lms.jobs.registry import Kind, register
from video_review import progress
from video_review.processing import destruction, film

register(Kind(film.KIND, run=film.process, give_up=film.give_up, queue="media"))
register(
    Kind(
        destruction.KIND,
        run=destruction.destroy,
        give_up=destruction.give_up_destroying,
        queue="fast",
    )
)
progress.register_all()
