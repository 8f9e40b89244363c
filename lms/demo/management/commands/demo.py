import shutil
import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from lms.demo import prepared
from lms.demo.certificate import make_certificate
from lms.demo.services import (
    Program,
    port_is_free,
    programs,
    running,
    wait_until_it_answers,
)

LEAST_FREE_BYTES = 1024**3
SIGN_INS = [
    ("huisarts@demo.example", "participant, GP"),
    ("verpleegkundige@demo.example", "participant, nurse"),
    ("trainer@demo.example", "trainer"),
    ("coordinator@demo.example", "coordinator"),
    ("redacteur@demo.example", "editor"),
]


class Command(BaseCommand):
    help = "The whole platform with a demo edition: web, workers and clock in one go."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="begin anew")
        parser.add_argument("--tls", action="store_true", help="for a phone on the local network")

    def handle(self, *args: Any, port: int, reset: bool, tls: bool, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("The demo only runs with the settings of the demo.")
        host = "0.0.0.0" if tls else "127.0.0.1"  # noqa: S104 -- asked for, to try a phone
        if not port_is_free(host, port):
            raise CommandError(f"Port {port} is in use. Choose another: make demo PORT={port + 1}")
        if reset:
            shutil.rmtree(settings.VAR_DIR, ignore_errors=True)
        make_folders()
        if shutil.disk_usage(settings.VAR_DIR).free < LEAST_FREE_BYTES:
            raise CommandError("Less than 1 GB of disk is free. Make room and start again.")
        self.prepare()
        call_command("shift_demo_dates")
        certificate = make_certificate(settings.VAR_DIR) if tls else None
        self.serve(host, port, certificate)

    def prepare(self) -> None:
        """Fill the databases, unless that was done with the migrations and content of now."""
        now, stamp = prepared.fingerprint(), settings.VAR_DIR / "prepared"
        if stamp.exists() and stamp.read_text() == now:
            return
        if stamp.exists() or not prepared.take(now):
            self.stdout.write("· Preparing the demo")
            call_command("migrate", verbosity=0)
            call_command("migrate", database="keys", verbosity=0)
            for command in ("load_forms", "load_curriculum", "load_demo"):
                call_command(command, verbosity=0)
            if not stamp.exists():
                prepared.keep(now)
        stamp.write_text(now)

    def serve(self, host: str, port: int, certificate: tuple[str, str] | None) -> None:
        stopped: list[int] = []
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda number, _frame: stopped.append(number))
        own = programs(host=host, port=port, certificate=certificate)
        # The site first: whoever waits for it needs no worker yet, and all at once are slower.
        with running(own[:1]):
            health = f"http://127.0.0.1:{port}/demo/"
            if certificate is None and not wait_until_it_answers(
                health, lambda: bool(stopped), seconds=60
            ):
                if stopped:
                    return
                raise CommandError("The site does not answer. What it said stands above.")
            self.welcome(port, certificate is not None)
            staging = Program("staging", [sys.executable, "manage.py", "stage_recordings"])
            with running([*own[1:], staging]):
                supervise(own, stopped)
        self.stdout.write("Stopped.")

    def welcome(self, port: int, is_tls: bool) -> None:
        address = f"{'https' if is_tls else 'http'}://localhost:{port}/"
        code = getattr(settings, "DEMO_SECOND_FACTOR_CODE", "")
        lines = [
            f"\nReady: {address}\n",
            f"Choose who you are on {address}demo/ or sign in with password leergang-demo-2026",
            f"(second factor, where asked: {code}):",
            *(f"  {email:32}{role}" for email, role in SIGN_INS),
            "\nThe staged recordings are being processed. Ctrl-C stops everything.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def make_folders() -> None:
    for folder in ("broker/queue", "broker/control", "broker/processed", "incoming", "recordings"):
        (settings.VAR_DIR / folder).mkdir(parents=True, exist_ok=True, mode=0o700)


def supervise(own: list[Program], stopped: list[int]) -> None:
    """Start again what ends, until somebody stops the demo."""
    while not stopped:
        for program in own:
            if program.ended() and time.monotonic() - program.started_at > 2 * program.starts:
                program.start()
        time.sleep(0.2)
