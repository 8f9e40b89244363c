"""P2 and P4: queries per page, and what pages cost when the site has grown."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.pages import cost, session
from bench.processes import ROOT, web
from bench.table import Row

WHO = "huisarts@demo.example"
CROWDS, LESSONS = [1_000, 100_000], 300
CROWD_GOAL, LESSONS_GOAL, QUERIES_GOAL, LESSON_GOAL = 1.3, 2.0, 12, 7.0
ROUNDS = 5


def job(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("scale_job.py")), *arguments],
        cwd=ROOT,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()


def costs(
    environment: dict[str, str], cookie: str, pages: dict[str, str], roots: list[int]
) -> tuple[float, dict[str, float]]:
    """Of a bare view, and of each page, in the same minutes."""
    bare = environment | {"DJANGO_SETTINGS_MODULE": "bench.bare_settings"}
    found: dict[str, list[float]] = {name: [] for name in ["bare", *pages]}
    with web(bare) as (bare_pid, bare_address), web(environment) as (pid, address):
        for _ in range(ROUNDS):
            found["bare"].append(cost(bare_address, "/", cookie, [bare_pid, *roots]))
            for name, path in pages.items():
                found[name].append(cost(address, path, cookie, [pid, *roots]))
    middle = {name: statistics.median(values) for name, values in found.items()}
    return middle.pop("bare"), middle


def measure(environment: dict[str, str]) -> Iterator[list[Row]]:
    """At each size the ratio to a bare view that ran beside it is what is compared."""
    database = [int(environment["BENCH_DATABASE_PID"])]
    cookie, _recording = session(environment, WHO)
    pages = {"Mijn leergang": "/mijn/", "course page": "/leergang/"}
    pages["lesson page"] = job(environment, "lesson")

    def ratios() -> dict[str, float]:
        bare, middle = costs(environment, cookie, pages, database)
        return {name: own / bare for name, own in middle.items()}

    def queries() -> dict[str, int]:
        counted = json.loads(job(environment, "queries", *pages.values()))
        return {name: counted[path] for name, path in pages.items()}

    at_first, asked = ratios(), queries()
    lesson = at_first["lesson page"]
    yield [
        *(
            Row("P2", f"{name}: queries", str(count), count <= QUERIES_GOAL)
            for name, count in asked.items()
        ),
        Row("P2", "lesson page", f"{lesson:.1f} x bare", lesson <= LESSON_GOAL),
    ]
    before = at_first
    for what, number, goal in [
        *(("learners", crowd, CROWD_GOAL) for crowd in CROWDS),
        ("lessons", LESSONS, LESSONS_GOAL),
    ]:
        if what == "lessons":
            before = ratios()
        job(environment, what, str(number))
        now, now_asked = ratios(), queries()
        yield [
            Row(
                "P4",
                f"{name} with {number:,} {what}",
                f"{now[name] / before[name]:.2f} x as long, {now_asked[name]} queries",
                now[name] <= goal * before[name] and now_asked[name] == asked[name],
            )
            for name in pages
        ]
