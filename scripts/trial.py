"""The demo's people on production's settings and services, behind nginx: a rehearsal on loopback.

PostgreSQL, Redis and an S3 server of its own, TLS with a self-made certificate, mail into a folder.
Everything is thrown away when it is stopped. ``make trial PORT=8443``.
"""

import base64
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services import IS_ROOT, accepts, free_port, production_column, program, wait_for

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "docs" / "nginx.conf"
MANAGE = [sys.executable, str(ROOT / "manage.py")]
TRAINER_CODE = """
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
for app in Authenticator.objects.filter(type="totp").select_related("user"):
    print(f"  {app.user.email:32}{get_adapter().decrypt(app.data['secret'])}")
"""


def main(port: int) -> None:
    with tempfile.TemporaryDirectory(prefix="lms-trial-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with production_column(folder) as services, ExitStack() as stack:
            os.environ.update(services | settings(folder, port))
            prepare(folder)
            for log, command in programs(folder).items():
                stack.enter_context(program(*command, log=folder / f"{log}.log"))
            stack.enter_context(nginx(folder, port))
            wait_for(lambda: accepts(int(os.environ["TRIAL_WEB_PORT"])), "The site")
            print(f"\nReady: https://localhost:{port}/  (logs and mail in {folder})")
            print("Sign-ins of the demo; keys for the second factor (an app makes codes of them):")
            manage("shell", "-v0", "-c", TRAINER_CODE)
            print("Ctrl-C stops and throws everything away.", flush=True)
            signal.pause()


def settings(folder: Path, port: int) -> dict[str, str]:
    return {
        "LMS_SECRET_KEY": secrets.token_urlsafe(60),
        "LMS_ALLOWED_HOSTS": "localhost",
        "LMS_TRUSTED_ORIGINS": f"https://localhost:{port}",
        "LMS_SITE_URL": f"https://localhost:{port}",
        "LMS_STATIC_ROOT": str(folder / "static"),
        "LMS_USE_X_ACCEL": "yes",
        "LMS_SCRATCH_IS_ENCRYPTED": "yes",  # as far as it goes: only synthetic films come here
        "LMS_SMTP_HOST": "127.0.0.1",
        "LMS_SMTP_PORT": str(free_port()),
        "TRIAL_WEB_PORT": str(free_port()),
    }


def prepare(folder: Path) -> None:
    """Fill databases and folders; the demo's people can only be made with the demo's settings."""
    for made in ("production", "static", "outage", "mail"):
        (folder / made).mkdir(exist_ok=True)
    demo = os.environ | {"DJANGO_SETTINGS_MODULE": "lms.settings.demo"}
    for command in ("migrate", "migrate --database keys", "load_forms", "load_curriculum"):
        subprocess.run([*MANAGE, *command.split(), "-v0"], check=True, env=demo)
    subprocess.run([*MANAGE, "load_demo", "-v0"], check=True, env=demo)
    os.environ["LMS_MASTER_KEYS"] = f"trial:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings.production"
    manage("collectstatic", "--noinput", "-v0")
    with (folder / "outage" / "outage.html").open("w") as page:
        subprocess.run([*MANAGE, "outage_page"], check=True, stdout=page)


def manage(*arguments: str) -> None:
    sys.stdout.flush()
    subprocess.run([*MANAGE, *arguments], check=True)


def programs(folder: Path) -> dict[str, list[str]]:
    web_port = os.environ["TRIAL_WEB_PORT"]
    web = ["granian", "--interface", "wsgi", "--port", web_port, "--blocking-threads", "4"]
    celery = ["celery", "-A", "lms"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "-l", "INFO"]
    mail = ["aiosmtpd", "-n", "-l", f"127.0.0.1:{os.environ['LMS_SMTP_PORT']}"]
    mail += ["-c", "aiosmtpd.handlers.Mailbox", str(folder / "mail" / "box")]
    commands = {
        "mail": mail,
        "web": [*web, "lms.wsgi:application"],
        "fast": [*worker, "-Q", "fast", "-n", "fast@%h", "--concurrency", "1"],
        "media": [*worker, "-Q", "media", "-n", "media@%h", "--concurrency", "1"],
        "beat": [*celery, "beat", "--pidfile=", "-s", str(folder / "beat")],
    }
    return {log: [sys.executable, "-m", *command] for log, command in commands.items()}


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[None]:
    """With the configuration that docs/nginx.conf offers, its addresses and folders replaced."""
    sys.path.insert(0, str(ROOT))
    from lms.demo.certificate import make_certificate  # noqa: PLC0415 -- not beside this script

    certificate, key = make_certificate(folder)
    text = re.sub(r"^user .*;", "user root;" if IS_ROOT else "", SAMPLE.read_text(), flags=re.M)
    for sample, own in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "/etc/ssl/leergang.pem": certificate,
        "/etc/ssl/leergang.key": key,
        "127.0.0.1:8000": f"127.0.0.1:{os.environ['TRIAL_WEB_PORT']}",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx": str(folder),
        "/srv/leergang": str(folder),
        "storage.internal:9000": os.environ["LMS_S3_ENDPOINT"].removeprefix("http://"),
    }.items():
        if sample not in text:
            sys.exit(
                f"{SAMPLE.name} no longer says {sample}: tell {Path(__file__).name} what does."
            )
        text = text.replace(sample, own)
    (folder / "nginx.conf").write_text(text)
    serve = ["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-g", "daemon off;"]
    with program(*serve, log=folder / "nginx.log"):
        wait_for(lambda: accepts(port), "nginx")
        yield


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main(int(sys.argv[1]))
    except KeyboardInterrupt:
        print("Stopped.")
