"""A lesson: something to read, then something to do."""

from wagtail import blocks

from courses.curriculum.blocks.film import FilmBlock
from courses.curriculum.blocks.questions import (
    DeclarationBlock,
    MatchBlock,
    MultipleBlock,
    NumberBlock,
    OrderBlock,
    QuestionBlock,
    ReflectionBlock,
)
from courses.curriculum.blocks.reading import (
    CaseBlock,
    ClipBlock,
    FactBlock,
    FigureBlock,
    HouseBlock,
    StepsBlock,
    TableBlock,
    TextBlock,
)


class LessonBlock(blocks.StreamBlock):
    text = TextBlock()
    steps = StepsBlock()
    case = CaseBlock()
    table = TableBlock()
    figure = FigureBlock()
    house = HouseBlock()
    clip = ClipBlock()
    film = FilmBlock()
    fact = FactBlock()
    question = QuestionBlock()
    multiple = MultipleBlock()
    order = OrderBlock()
    match = MatchBlock()
    number = NumberBlock()
    reflection = ReflectionBlock()
    declaration = DeclarationBlock()
