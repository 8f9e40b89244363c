"""Everything that must be on a machine before the program runs: ``setup.py demo`` or ``test``.

Runs on a bare Python 3.11. What was done before and has not changed is not done again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
VENV = ROOT / ".venv"
TOOLS = BUILD / "tools"
PYTHON = VENV / "bin" / "python"

# A Debian package, and what shows that it is there.
FOR_DEMO = {
    "python3-venv": lambda: has_module("ensurepip"),
    "ffmpeg": lambda: shutil.which("ffmpeg"),
    "gettext": lambda: shutil.which("msgfmt"),
    "bubblewrap": lambda: shutil.which("bwrap"),
    "util-linux": lambda: shutil.which("setpriv"),
    "fonts-dejavu-core": lambda: Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists(),
    "libpango-1.0-0": lambda: find_library("pango-1.0"),
    "libpangoft2-1.0-0": lambda: find_library("pangoft2-1.0"),
    "libharfbuzz-subset0": lambda: find_library("harfbuzz-subset"),
    "espeak-ng": lambda: shutil.which("espeak-ng"),
}
FOR_TEST = FOR_DEMO | {
    "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "redis-server": lambda: shutil.which("redis-server"),
    "chromium": lambda: shutil.which("chromium"),
    "nginx-light": lambda: Path("/usr/sbin/nginx").exists(),
    "git": lambda: shutil.which("git"),
}


def has_module(name: str) -> bool:
    return (
        subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True).returncode
        == 0
    )


def stop(sentence: str) -> None:
    print(f"\n{sentence}\n", file=sys.stderr)
    sys.exit(1)


def run(*command: str | Path, **options: object) -> None:
    done = subprocess.run(list(map(str, command)), cwd=ROOT, **options)  # type: ignore[call-overload]
    if done.returncode:
        stop(f"This step failed: {' '.join(map(str, command))}")


def fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Step:
    """Something to do once for the present content of some files."""

    def __init__(self, name: str, paths: Iterable[Path]) -> None:
        self.name, self.stamp = name, BUILD / "stamps" / name
        self.mark = fingerprint(paths)

    def __enter__(self) -> bool:
        self.is_needed = not self.stamp.exists() or self.stamp.read_text() != self.mark
        if self.is_needed:
            print(f"· {self.name}", flush=True)
        return self.is_needed

    def __exit__(self, error: object, *_: object) -> None:
        if self.is_needed and error is None:
            self.stamp.parent.mkdir(parents=True, exist_ok=True)
            self.stamp.write_text(self.mark)


def install_debian_packages(packages: dict[str, object]) -> None:
    missing = [name for name, is_there in packages.items() if not is_there()]  # type: ignore[operator]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        names = " ".join(missing)
        stop(f"Some programs are missing. Install them with:\n  sudo apt-get install -y {names}")
    print(f"· Debian packages: {' '.join(missing)}", flush=True)
    quiet = {
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        "stdout": subprocess.DEVNULL,
    }
    run("apt-get", "update", "-qq", **quiet)
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, **quiet)


def install_python_packages(purpose: str) -> None:
    requirements = ROOT / "requirements"
    with Step("Python tools", [requirements / "tools.txt"]) as is_needed:
        if is_needed:
            run(sys.executable, "-m", "venv", TOOLS)
            pip = [TOOLS / "bin" / "pip", "install", "-q", "--disable-pip-version-check"]
            run(*pip, "--require-hashes", "-r", requirements / "tools.txt")
    if not PYTHON.exists():
        run(TOOLS / "bin" / "uv", "venv", "-q", "--python", sys.executable, VENV)
        for stamp in (BUILD / "stamps").glob("Python packages *"):
            stamp.unlink()
    uv = [TOOLS / "bin" / "uv", "pip", "install", "-q", "--python", PYTHON]
    chosen = requirements / ("dev.txt" if purpose == "test" else "base.txt")
    with Step(f"Python packages for {purpose}", [chosen]) as is_needed:
        if is_needed:
            run(*uv, "--require-hashes", "-r", chosen)


def install_front_end() -> None:
    packages = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "scripts" / "vendor.py"]
    with Step("Front-end packages", packages) as is_needed:
        if not is_needed:
            return
        path = os.environ["PATH"]
        if not shutil.which("npm"):
            uv = [
                TOOLS / "bin" / "uv",
                "pip",
                "install",
                "-q",
                "--python",
                TOOLS / "bin" / "python",
            ]
            run(*uv, "--require-hashes", "-r", ROOT / "requirements" / "node.txt")
            path = f"{TOOLS / 'bin'}{os.pathsep}{path}"
        npm = shutil.which("npm", path=path) or stop("npm is missing, and could not be installed.")
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        run(str(npm), "ci", *quiet, env=os.environ | {"PATH": path}, stdout=subprocess.DEVNULL)
        run(sys.executable, ROOT / "scripts" / "vendor.py", stdout=subprocess.DEVNULL)


def compile_texts() -> None:
    catalogues = list((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    with Step("Texts", catalogues) as is_needed:
        if is_needed:
            for catalogue in catalogues:
                run("msgfmt", "-o", catalogue.with_suffix(".mo"), catalogue)


def collect_static_files() -> None:
    sources = [ROOT / "package-lock.json", ROOT / "scripts" / "vendor.py"]
    for app in ("lms", "courses", "assessments", "video_review", "trainers"):
        for folder in (ROOT / app).rglob("static"):
            sources += [path for path in folder.rglob("*") if path.is_file()]
    with Step("Static files", [*sources, ROOT / "requirements" / "base.txt"]) as is_needed:
        if is_needed:
            manage = [PYTHON, ROOT / "manage.py", "collectstatic", "--noinput", "--clear", "-v0"]
            run(*manage, env=os.environ | {"DJANGO_SETTINGS_MODULE": "lms.settings.demo"})


def main(purpose: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 -- the machine's own Python runs this
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if shutil.disk_usage(ROOT).free < 2 * 1024**3:
        stop("Less than 2 GB of disk is free here. Make room first; nothing was changed.")
    install_debian_packages(FOR_TEST if purpose == "test" else FOR_DEMO)
    install_python_packages(purpose)
    install_front_end()
    compile_texts()
    collect_static_files()


if __name__ == "__main__":
    main(sys.argv[1])
