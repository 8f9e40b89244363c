"""P2 and P4 for who plans: the list of all editions and the page of one, as there are more."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.processes import ROOT
from bench.scale import costs
from bench.table import Row

SIZES = [1, 100, 5_000]
QUERIES_GOAL, GROWTH_GOAL = 25, 1.5


def job(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("planning_job.py")), *arguments],
        cwd=ROOT,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip().splitlines()[-1]


def measure(environment: dict[str, str]) -> Iterator[list[Row]]:
    """A list shows fifty of them, so from a hundred on it should cost the same."""
    database = [int(environment["BENCH_DATABASE_PID"])]
    full: dict[str, float] = {}
    for size in SIZES:
        made = json.loads(job(environment, "editions", str(size)))
        cookie = job(environment, "session")
        pages = {"planning": "/planning/", "page of an edition": made["edition"]}
        asked = json.loads(job(environment, "queries", *pages.values()))
        bare, middle = costs(environment, cookie, pages, database)
        rows = []
        for name, path in pages.items():
            own = middle[name] / bare
            counted = asked[path]
            # One edition on the list is no list: compared is what fills a page of it.
            before = full.get(name)
            is_met = counted <= QUERIES_GOAL and (before is None or own <= before * GROWTH_GOAL)
            figure = f"{counted} queries, {middle[name]:.1f} CPU-ms, {own:.1f} x bare"
            rows.append(Row("P4", f"{name} with {size:,} editions", figure, is_met))
            if size > 1 or name != "planning":
                full.setdefault(name, own)
        yield rows
