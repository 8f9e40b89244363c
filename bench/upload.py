"""Sending 1 GB by tus to one web worker: how fast, and how much memory the worker takes."""

import base64
import hashlib
import http.client
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.pages import session
from bench.processes import ROOT, memory_mb, web
from bench.table import Row

MEGABYTE = 1024**2
SIZE = 1000 * MEGABYTE
WARM_UP = 100 * MEGABYTE
CHUNK = 5 * MEGABYTE
MEMORY_GOAL = 64  # MB, whatever the size of the film
TOKEN = "b" * 32
WHO = "huisarts@demo.example"


def measure(environment: dict[str, str]) -> list[Row]:
    cookie, _recording = session(environment, WHO)
    create_path = announce(environment)
    with web(environment) as (pid, address):
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        at_rest = memory_mb(pid)
        url = send(connection, create_path, cookie, WARM_UP)  # all that is loaded once
        ask(connection, "DELETE", url, cookie)
        before = memory_mb(pid)
        peak, ended = [before], threading.Event()
        watching = threading.Thread(target=watch, args=(pid, peak, ended))
        watching.start()
        begin = time.perf_counter()
        url = send(connection, create_path, cookie, SIZE)
        seconds = time.perf_counter() - begin
        ended.set()
        watching.join()
        ask(connection, "DELETE", url, cookie)
    speed = SIZE / 1e6 / seconds
    growth = max(peak) - before
    return [
        Row("", "upload of 1 GB, 5 MiB chunks with sha256", f"{speed:.0f} MB/s"),
        Row("", "web worker at rest; after 100 MB sent", f"{at_rest:.0f}; {before:.0f} MB"),
        Row("P5", "it grows, by 1 GB more", f"{growth:.0f} MB", growth <= MEMORY_GOAL),
    ]


def announce(environment: dict[str, str]) -> str:
    """The address at which a consent takes films."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("consent_job.py")), WHO],
        cwd=ROOT,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()


def watch(pid: int, peak: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.1):
        peak.append(memory_mb(pid))


def send(connection: http.client.HTTPConnection, create_path: str, cookie: str, size: int) -> str:
    """Everything but the last byte, so that no film is made ready of it."""
    said = {"Upload-Length": str(size + 1), "Upload-Metadata": "title QmVuY2g="}
    url = ask(connection, "POST", create_path, cookie, **said)["Location"] or ""
    piece = os.urandom(CHUNK)
    checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    for offset in range(0, size, CHUNK):
        said = {
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {checksum}",
            "Content-Type": "application/offset+octet-stream",
        }
        ask(connection, "PATCH", url, cookie, body=piece, **said)
    return url


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    cookie: str,
    body: bytes = b"",
    **headers: str,
) -> http.client.HTTPMessage:
    sent = {
        "Cookie": f"{cookie}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Tus-Resumable": "1.0.0",
    }
    connection.request(method, path, body=body, headers=sent | headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status not in {201, 204}:
        raise RuntimeError(f"{method} {path} answered {answer.status}")
    return answer.headers
