"""Blocks that editors compose pages from."""

from courses.curriculum.blocks.evening import (
    ExerciseBlock,
    GoalBlock,
    LengthBlock,
    MeetingBlock,
    ProgrammeStream,
    SceneBlock,
    minutes_of,
    practice_share,
)
from courses.curriculum.blocks.film import FilmBlock
from courses.curriculum.blocks.handout import HandoutBlock, HandoutStream
from courses.curriculum.blocks.lesson import LessonBlock
from courses.curriculum.blocks.naming import named
from courses.curriculum.blocks.pages import EndTermBlock, FaqBlock, SectionBlock, TermBlock
from courses.curriculum.blocks.reading import RICH_TEXT, TARGETS, ClipBlock, StepBlock, TextBlock

__all__ = [
    "RICH_TEXT",
    "TARGETS",
    "ClipBlock",
    "EndTermBlock",
    "ExerciseBlock",
    "FaqBlock",
    "FilmBlock",
    "GoalBlock",
    "HandoutBlock",
    "HandoutStream",
    "LengthBlock",
    "LessonBlock",
    "MeetingBlock",
    "ProgrammeStream",
    "SceneBlock",
    "SectionBlock",
    "StepBlock",
    "TermBlock",
    "TextBlock",
    "minutes_of",
    "named",
    "practice_share",
]
