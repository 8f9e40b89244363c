"""P12: seconds from ``make demo`` to the first page, on a prepared machine."""

import os
import signal
import subprocess
import sys
import time

from bench.processes import ROOT, free_port, wait_for_answer
from bench.table import Row

GOAL = 10.0


def first_page(environment: dict[str, str]) -> float:
    port = free_port()
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for_answer(f"http://127.0.0.1:{port}/", seconds=300)
        return time.monotonic() - begin
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def measure(folder: str) -> list[Row]:
    environment = {"LMS_VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "lms.settings.demo"}
    preparing = first_page(environment)
    seconds = first_page(environment)
    return [
        Row("", "first start, preparing the databases", f"{preparing:.1f} s"),
        Row("P12", "first page of a prepared demo", f"{seconds:.1f} s", seconds <= GOAL),
    ]
