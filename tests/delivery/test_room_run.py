"""The run of an evening: what is on, what moves, who leads it, and that a tablet knows the same."""

import json
import random
import subprocess
import uuid
from datetime import timedelta
from pathlib import Path

import playwright
import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import AttendanceMark, RunMark
from courses.delivery.services import attendance, put_before_evening
from courses.delivery.services.run import (
    Block,
    Said,
    blocks_of,
    latest_run_marks,
    run_of,
    take_run_marks,
)
from lms.audit.models import AuditEvent
from tests.delivery.programmes import PROGRAMME, make_planned_edition
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EveningFactory, enrol_two

pytestmark = pytest.mark.django_db

NODE = Path(playwright.__file__).parent / "driver" / "node"
RULE = settings.BASE_DIR / "lms/web/static/web/js/room_run.js"
FIRST, SECOND, PAUSE, LAST = range(4)


@pytest.fixture
def edition():
    return make_planned_edition()


@pytest.fixture
def evening(edition):
    return edition.evenings.get(code="2")


@pytest.fixture
def trainers(evening):
    users = [UserFactory(), UserFactory()]
    for user in users:
        put_before_evening(evening, user)
    return users


@pytest.fixture
def trainer(trainers):
    return trainers[0]


def at(evening, minute):
    return evening.starts_at + timedelta(minutes=minute)


def say(evening, trainer, place, kind, value, minute, *, key=None):
    block = blocks_of(evening)[place]
    said = Said(block.key, kind, value, at(evening, minute), key or uuid.uuid4())
    with time_machine.travel(at(evening, minute), tick=False):
        return take_run_marks(evening, [said], by=trainer)


def run_at(evening, minute):
    return run_of(evening, blocks_of(evening), latest_run_marks(evening), at(evening, minute))


def starts(run, evening):
    return [round((one.starts_at - evening.starts_at).total_seconds() / 60) for one in run.items]


def end(run, evening):
    return round((run.ends_at - evening.starts_at).total_seconds() / 60)


@pytest.mark.parametrize(
    ("minute", "on"), [(-1, None), (0, FIRST), (19, FIRST), (20, SECOND), (110, PAUSE), (240, None)]
)
def test_as_long_as_nobody_says_anything_the_clock_decides(evening, minute, on):
    run = run_at(evening, minute)
    assert [one.is_on for one in run.items] == [place == on for place in range(4)]
    assert (starts(run, evening), run.minutes_late) == ([0, 20, 100, 125], 0)


def test_the_block_that_was_begun_last_is_on_until_another_is_begun(evening, trainer):
    say(evening, trainer, SECOND, "begun", 1, 30)
    run = run_at(evening, 115)
    assert (run.on.block.title, run.following.block.title) == ("Deel 2", "Deel 3")
    assert (run.minutes_left, run.minutes_over) == (-5, 5)


def test_what_comes_moves_and_nothing_is_made_shorter(evening, trainer):
    say(evening, trainer, SECOND, "begun", 1, 32)
    run = run_at(evening, 40)
    assert (starts(run, evening), end(run, evening)) == ([0, 32, 112, 137], 252)
    assert [one.minutes for one in run.items] == [20, 80, 25, 115]
    assert (run.minutes_late, run.minutes_left) == (12, 72)


def test_what_runs_over_its_time_pushes_what_comes(evening, trainer):
    say(evening, trainer, SECOND, "begun", 1, 20)
    assert starts(run_at(evening, 108), evening) == [0, 20, 108, 133]


def test_an_evening_that_is_ahead_ends_earlier(evening, trainer):
    say(evening, trainer, PAUSE, "begun", 1, 90)
    run = run_at(evening, 95)
    assert (end(run, evening), run.minutes_early) == (230, 10)


def test_a_block_that_was_passed_over_takes_no_time(evening, trainer):
    say(evening, trainer, SECOND, "begun", 1, 10)
    say(evening, trainer, LAST, "begun", 1, 60)
    run = run_at(evening, 61)
    assert starts(run, evening) == [0, 10, 60, 60]
    assert [one.is_over for one in run.items] == [True, True, True, False]


def test_minutes_are_added_to_the_block_and_taken_off_again(evening, trainer):
    say(evening, trainer, FIRST, "extra", 5, 10)
    assert starts(run_at(evening, 11), evening) == [0, 25, 105, 130]
    say(evening, trainer, FIRST, "extra", 0, 12)
    assert starts(run_at(evening, 13), evening) == [0, 20, 100, 125]


def test_two_tablets_that_both_add_five_minutes_add_five(evening, trainer):
    for minute in (10, 11):
        say(evening, trainer, FIRST, "extra", 5, minute)
    assert run_at(evening, 12).items[FIRST].extra == 5


def test_a_beginning_is_taken_back(evening, trainer):
    say(evening, trainer, SECOND, "begun", 1, 20)
    say(evening, trainer, PAUSE, "begun", 1, 50)
    say(evening, trainer, PAUSE, "begun", 0, 51)
    run = run_at(evening, 55)
    assert (run.on.block.title, starts(run, evening)) == ("Deel 2", [0, 20, 100, 125])


def test_going_back_to_a_block_undoes_what_came_after_it(evening, trainer):
    say(evening, trainer, PAUSE, "begun", 1, 50)
    say(evening, trainer, SECOND, "begun", 1, 55)
    run = run_at(evening, 56)
    assert (run.on.block.title, starts(run, evening)) == ("Deel 2", [0, 55, 135, 160])


def test_the_last_block_is_not_on_for_ever(evening, trainer):
    say(evening, trainer, LAST, "begun", 1, 125)
    assert run_at(evening, 300).on.block.title == "Deel 4"
    closed = run_at(evening, 361)
    assert (closed.on, [one.is_over for one in closed.items]) == (None, [True] * 4)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_tablets_what_was_said_last_counts_whichever_arrives_first(evening, trainer, order):
    block = blocks_of(evening)[SECOND]
    said = [
        [Said(block.key, "begun", 1, at(evening, 25))],
        [Said(block.key, "begun", 1, at(evening, 35))],
    ]
    with time_machine.travel(at(evening, 40), tick=False):
        for place in order:
            take_run_marks(evening, said[place], by=trainer)
    assert starts(run_at(evening, 41), evening)[SECOND] == 35


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_what_was_said_in_the_same_instant_the_key_decides(evening, trainers, order):
    keys = sorted([uuid.uuid4(), uuid.uuid4()])
    for place in order:
        say(evening, trainers[0], FIRST, "leader", trainers[place].pk, 5, key=keys[place])
    assert run_at(evening, 6).items[FIRST].leader == trainers[1]


def test_what_is_sent_twice_counts_once_and_is_written_down(evening, trainer):
    key = uuid.uuid4()
    assert [say(evening, trainer, FIRST, "extra", 5, 3, key=key) for _ in range(2)] == [1, 0]
    assert RunMark.objects.count() == 1
    assert AuditEvent.objects.get(event="run.marked").detail == {"marks": 1}


@pytest.fixture
def later_evening():
    """In three days."""
    return make_planned_edition(days=-7).evenings.get(code="2")


def test_the_couple_divides_the_blocks_days_before(client, later_evening):
    one, other = UserFactory(), UserFactory()
    for user in (one, other):
        put_before_evening(later_evening, user)
    client.force_login(one)
    where = reverse("delivery:room_run", args=[later_evening.public_id])
    for place, value in ((FIRST, one.pk), (SECOND, other.pk), (PAUSE, "")):
        block = blocks_of(later_evening)[place]
        client.post(where, {"block": block.key, "kind": "leader", "value": value})
    leads = [item.leader for item in run_at(later_evening, -5).items]
    assert leads == [one, other, None, None]


@pytest.mark.parametrize(
    ("kind", "value", "minute"),
    [
        ("begun", 1, -3 * 24 * 60),  # days before
        ("begun", 1, 24 * 60),  # the day after
        ("extra", -5, 10),
        ("extra", 600, 10),
        ("leader", 0, 10),  # nobody who stands before this evening
        ("made-up", 1, 10),
    ],
)
def test_of_what_cannot_be_nothing_is_kept(evening, trainer, kind, value, minute):
    assert say(evening, trainer, FIRST, kind, value, minute) == 0
    assert not RunMark.objects.exists()


def test_of_a_block_of_another_evening_nothing_is_kept(evening, trainer):
    said = Said(uuid.uuid4(), "extra", 5, at(evening, 5))
    assert take_run_marks(evening, [said], by=trainer) == 0


def test_who_scans_while_the_evening_runs_late_is_there_from_the_part_that_is_on(
    evening, edition, trainer
):
    """By the programme it is the break; in the room the part before it still goes on."""
    first, _second = enrol_two(edition)
    say(evening, trainer, SECOND, "begun", 1, 40)
    with time_machine.travel(at(evening, 110), tick=False):
        attendance.check_in(evening, first.participant)
    assert AttendanceMark.objects.get().part == 1


def test_a_trainer_begins_a_block_on_the_page(client, evening, trainer):
    client.force_login(trainer)
    block = blocks_of(evening)[SECOND]
    where = reverse("delivery:room_run", args=[evening.public_id])
    with time_machine.travel(at(evening, 25)):
        answer = client.post(where, {"block": block.key, "kind": "begun", "value": 1})
        room = client.get(reverse("delivery:room", args=[evening.public_id])).context["room"]
    assert answer.url.endswith(f"#blok-{block.key}")
    assert (room.run.on.block.key, room.run.on.was_begun) == (block.key, True)


@pytest.mark.parametrize(
    "sent", [{}, {"block": "-", "kind": "begun"}, {"block": uuid.uuid4(), "kind": "made-up"}]
)
def test_what_the_page_cannot_have_sent_does_not_exist(client, evening, trainer, sent):
    client.force_login(trainer)
    where = reverse("delivery:room_run", args=[evening.public_id])
    assert client.post(where, sent).status_code == 404


def test_a_block_that_is_begun_days_before_is_refused_with_what_to_do(client, later_evening):
    trainer = UserFactory()
    put_before_evening(later_evening, trainer)
    client.force_login(trainer)
    where = reverse("delivery:room_run", args=[later_evening.public_id])
    block = blocks_of(later_evening)[FIRST]
    answer = client.post(where, {"block": block.key, "kind": "begun", "value": 1}, follow=True)
    assert "Een blok begint op de avond zelf" in answer.content.decode()
    assert not RunMark.objects.exists()


def test_a_tablet_sends_what_was_said_and_hears_what_counts(client, evening, trainer):
    client.force_login(trainer)
    block, key, now = blocks_of(evening)[FIRST], uuid.uuid4(), timezone.now()
    said = {"block": str(block.key), "kind": "leader", "value": trainer.pk}
    said |= {"made_at": now.isoformat(), "key": str(key)}
    body = {"now": now.isoformat(), "marks": [], "run": [said]}
    where = reverse("delivery:room_sync", args=[evening.public_id])
    answer = client.post(where, body, content_type="application/json").json()
    assert answer["taken"] == [str(key)]
    heard = [(one["block"], one["kind"], one["value"]) for one in answer["run"]]
    assert heard == [(str(block.key), "leader", trainer.pk)]


def some_evening(seed):
    """Blocks begun in any order, minutes added, and a moment to look."""
    dice = random.Random(seed)  # noqa: S311
    evening = EveningFactory.build(starts_at=timezone.now().replace(microsecond=0))
    blocks = [
        Block(uuid.UUID(int=place + 1), "", "", kind, start, end)
        for place, (start, end, kind) in enumerate(PROGRAMME)
    ]
    marks = {}
    for block in blocks:
        if dice.random() < 0.6:
            moment = at(evening, dice.randint(-30, 260))
            has_begun = dice.random() < 0.85
            mark = RunMark(block=block.key, kind="begun", has_begun=has_begun, made_at=moment)
            marks[block.key, "begun"] = mark
        if dice.random() < 0.4:
            extra = dice.choice([0, 5, 10])
            marks[block.key, "extra"] = RunMark(block=block.key, kind="extra", extra=extra)
    return evening, blocks, marks, at(evening, dice.randint(-60, 420))


def as_told(evening, blocks, marks, now):
    def ms(moment):
        return round(moment.timestamp() * 1000)

    plan = [{"key": str(one.key), "start": one.start, "end": one.end} for one in blocks]
    said = {}
    for (key, kind), mark in marks.items():
        value = int(mark.has_begun) if kind == "begun" else mark.extra
        made_at = mark.made_at.isoformat() if mark.made_at else None
        said[f"{key}-{kind}"] = {"value": value, "made_at": made_at}
    return [
        {"starts": ms(evening.starts_at), "ends": ms(evening.ends_at), "blocks": plan},
        said,
        ms(now),
    ]


def test_the_tablet_knows_the_same_run_as_the_server(tmp_path):
    """Three hundred evenings, by the rule in both languages."""
    evenings = [some_evening(seed) for seed in range(300)]
    (tmp_path / "room_run.mjs").write_text(RULE.read_text())
    (tmp_path / "all.json").write_text(json.dumps([as_told(*one) for one in evenings]))
    (tmp_path / "tell.mjs").write_text(
        'import { readFileSync } from "node:fs"; import { runOf } from "./room_run.mjs";'
        'const all = JSON.parse(readFileSync("all.json"));'
        "console.log(JSON.stringify(all.map((one) => { const run = runOf(...one);"
        "return [run.items.map((i) => [i.startsAt, i.endsAt, i.isOn, i.isOver, i.wasBegun]),"
        " run.endsAt]; })));"
    )
    told = subprocess.run(
        [NODE, "tell.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    here = []
    for evening, blocks, marks, now in evenings:
        run = run_of(evening, blocks, marks, now)
        lines = [
            [
                round(one.starts_at.timestamp() * 1000),
                round(one.ends_at.timestamp() * 1000),
                one.is_on,
                one.is_over,
                one.was_begun,
            ]
            for one in run.items
        ]
        here.append([lines, round(run.ends_at.timestamp() * 1000)])
    assert json.loads(told.stdout) == here
