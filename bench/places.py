"""The last place of an edition is taken once, however many want it at the same moment."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.processes import ROOT
from bench.table import Row

ROUNDS, CROWD = 200, 20


def measure(environment: dict[str, str]) -> list[Row]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("places_job.py")), str(ROUNDS), str(CROWD)],
        cwd=ROOT,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    what = f"last place, {ROUNDS} rounds of {CROWD} concurrent requests"
    is_met = found["one"] == found["full"] == ROUNDS
    return [
        Row("", f"{what}: one winner", f"{found['one']} of {ROUNDS}", is_met),
        Row("", f"{what}: per round", f"{found['round_ms']:.0f} ms"),
    ]
