from celery import shared_task

from lms.jobs import chores, processing


# Expires, because sweep publishes again: messages never pile up behind a busy worker.
@shared_task(ignore_result=True, expires=60)
def run_job(job_id: int) -> None:
    processing.run(job_id)


@shared_task(ignore_result=True, expires=60)
def sweep_jobs() -> None:
    processing.sweep(publish=publish)


@shared_task(ignore_result=True, expires=3600)
def do_chores() -> None:
    chores.do_chores()


def publish(job_id: int, queue: str) -> None:
    run_job.apply_async((job_id,), queue=queue)
