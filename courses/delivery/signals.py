"""News for the apps above."""

from django.dispatch import Signal

enrolled = Signal()  # enrolment: somebody takes part
enrolment_ended = Signal()  # enrolment: somebody stops
moved = Signal()  # enrolment, old: the edition from which somebody went to another
track_chosen = Signal()  # enrolment: chose a track, or another one
deadline_moved = Signal()  # enrolment: one person has more days, or no longer
evenings_moved = Signal()  # edition: one or more evenings have other times
other_track_visited = Signal()  # enrolment: one evening of another track, or no longer
