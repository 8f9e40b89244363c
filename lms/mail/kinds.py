"""The background work of this app, made known when the apps are ready."""

from lms.jobs.chores import register_chore
from lms.jobs.registry import Kind, register
from lms.mail import processing

register(Kind(name=processing.SEND, run=processing.send, give_up=processing.rest, queue="fast"))
register_chore("sent mails", processing.clear_sent)
