"""P1: processor time per page, server and database together, as a ratio to a bare Django view."""

import http.client
import os
import statistics
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from bench.processes import ROOT, cpu_seconds, manage, media_worker, web
from bench.table import Row

ROUNDS, REQUESTS = 5, 100
GOAL = 9.0


def cost(address: str, path: str, cookie: str, roots: list[int]) -> float:
    """Processor milliseconds per request."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    begin = 0.0
    for number in range(REQUESTS + 10):
        if number == 10:  # the first are not counted
            begin = cpu_seconds(*roots)
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "nl"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    return (cpu_seconds(*roots) - begin) * 1000 / REQUESTS


def prepare(environment: dict[str, str]) -> None:
    manage(environment, "migrate", "-v0")
    manage(environment, "migrate", "--database", "keys", "-v0")
    for command in ("load_forms", "load_curriculum", "load_demo", "shift_demo_dates"):
        manage(environment, command, "-v0")
    with media_worker(environment):
        manage(environment, "stage_recordings")


def measure(environment: dict[str, str]) -> list[Row]:
    database_pid = int(environment["BENCH_DATABASE_PID"])
    cookie, recording = session(environment, "huisarts@demo.example")
    bare = environment | {"DJANGO_SETTINGS_MODULE": "bench.bare_settings"}
    pages = {"Mijn leergang": "/mijn/", "course page": "/leergang/", "recording page": recording}
    ratios: dict[str, list[float]] = {name: [] for name in pages}
    costs: dict[str, list[float]] = {name: [] for name in ["bare view", *pages]}
    with web(bare) as (bare_pid, bare_address), web(environment) as (pid, address):
        for _ in range(ROUNDS):
            reference = cost(bare_address, "/", cookie, [bare_pid, database_pid])
            costs["bare view"].append(reference)
            for name, path in pages.items():
                own = cost(address, path, cookie, [pid, database_pid])
                costs[name].append(own)
                ratios[name].append(own / reference)
    rows = [Row("", "bare view", f"{statistics.median(costs['bare view']):.1f} CPU-ms")]
    for name in pages:
        ratio, own = statistics.median(ratios[name]), statistics.median(costs[name])
        rows.append(Row("P1", name, f"{own:.1f} CPU-ms, {ratio:.1f} x bare", ratio <= GOAL))
    return rows


def session(environment: dict[str, str], email: str) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("session.py")), email],
        cwd=ROOT,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    cookie, _, recording = done.stdout.strip().partition(" ")
    return cookie, recording
