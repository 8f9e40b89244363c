"""Throw-away PostgreSQL, Redis and S3 servers on loopback, stopped by whoever started them."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

IS_ROOT = os.geteuid() == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(is_ready: Callable[[], bool], what: str, *, seconds: int = 40) -> None:
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        if is_ready():
            return
        time.sleep(0.1)
    sys.exit(f"{what} did not start within {seconds} seconds.")


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def program(*command: str | Path, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)), stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, str]]:
    """A cluster of its own on a free port; PostgreSQL refuses to run as root."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))
    data, port = folder / "postgresql", free_port()
    user = "postgres" if IS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
    as_user = ["runuser", "-u", "postgres", "--"] if IS_ROOT else []
    data.mkdir(mode=0o700)
    if IS_ROOT:
        shutil.chown(data, "postgres")
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    initdb = [*as_user, str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--no-sync"], **quiet)  # type: ignore[call-overload]
    options = f"-h 127.0.0.1 -p {port} -k {data} -c fsync=off -c max_connections=200"
    control = [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(data / "log")]
    subprocess.run([*control, "-o", options, "start"], **quiet)  # type: ignore[call-overload]
    try:
        for name in ("lms", "keys"):
            address = ["-h", "127.0.0.1", "-p", str(port), "-U", user]
            subprocess.run([str(binaries / "createdb"), *address, name], **quiet)  # type: ignore[call-overload]
        pid = (data / "postmaster.pid").read_text().split()[0]
        yield f"postgresql://{user}@127.0.0.1:{port}", pid
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with program("redis-server", *arguments, log=folder / "redis.log"):
        wait_for(lambda: accepts(port), "Redis")
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def s3(folder: Path) -> Iterator[dict[str, str]]:
    ports = [free_port() for _ in range(8)]
    identity = {"accessKey": "tests", "secretKey": "tests-secret"}
    settings = folder / "s3.json"
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    settings.write_text(
        json.dumps({"identities": [{"name": "t", "credentials": [identity], "actions": actions}]})
    )
    data = folder / "s3"
    data.mkdir()
    names = ["master.port", "volume.port", "filer.port", "s3.port"]
    # Each named: left to itself a port is 10,000 above another, and may not exist.
    grpc = ["master.port.grpc", "volume.port.grpc", "filer.port.grpc", "s3.port.grpc"]
    arguments = [f"-{name}={port}" for name, port in zip(names + grpc, ports, strict=True)]
    arguments += [f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-filer=true"]
    arguments += [f"-s3.config={settings}", "-volume.max=60", "-master.volumeSizeLimitMB=128"]
    arguments += ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # fixed ports otherwise
    weed = Path(sys.executable).with_name("weed")
    with program(weed, "server", *arguments, log=folder / "s3.log"):
        endpoint = f"http://127.0.0.1:{ports[3]}"
        environment = {
            "LMS_S3_ENDPOINT": endpoint,
            "LMS_S3_ACCESS_KEY": identity["accessKey"],
            "LMS_S3_SECRET_KEY": identity["secretKey"],
            "LMS_S3_BUCKET": "recordings",
        }
        wait_for(lambda: accepts(ports[3]), "The S3 server")
        wait_for(lambda: bucket_is_made(environment), "The S3 server", seconds=60)
        yield environment


def bucket_is_made(environment: dict[str, str]) -> bool:
    code = (
        "import boto3, os, botocore.config as c;"
        "s = boto3.client('s3', endpoint_url=os.environ['LMS_S3_ENDPOINT'],"
        " aws_access_key_id=os.environ['LMS_S3_ACCESS_KEY'], region_name='us-east-1',"
        " aws_secret_access_key=os.environ['LMS_S3_SECRET_KEY'],"
        " config=c.Config(s3={'addressing_style': 'path'}, retries={'max_attempts': 1}));"
        "s.create_bucket(Bucket='recordings');"
        "s.put_object(Bucket='recordings', Key='ready', Body=b'x')"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True
    )
    return made.returncode == 0


@contextmanager
def production_column(folder: Path) -> Iterator[dict[str, str]]:
    """The services of production, and the environment that makes the program use them."""
    folder.chmod(0o755)
    with ExitStack() as stack:
        address, pid = stack.enter_context(postgresql(folder))
        broker = stack.enter_context(redis(folder))
        buckets = stack.enter_context(s3(folder))
        yield buckets | {
            "LMS_VAR_DIR": str(folder / "production"),
            "LMS_DATABASE_URL": f"{address}/lms",
            "LMS_KEYS_DATABASE_URL": f"{address}/keys",
            "LMS_BROKER_URL": broker,
            "BENCH_DATABASE_PID": pid,
        }
