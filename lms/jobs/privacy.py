from lms.privacy.registry import JOB, lines, register

register(
    "jobs.job",
    lines("id kind ref status next_attempt_at attempts token lease_until failure", JOB),
)
