from celery import shared_task

from video_review.processing import arrival, retention


# Expires, because beat asks again: messages never pile up behind a busy worker.
@shared_task(ignore_result=True, expires=300)
def sweep_retention() -> None:
    try:
        retention.sweep_retention()
    finally:
        arrival.sweep_uploads()
