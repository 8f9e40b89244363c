"""Texts of the interface: ``collect`` them into the Dutch catalogue, or ``check`` that catalogue.

The check fails when a text of templates, Python or our JavaScript modules has no Dutch, when a
translation is a guess (fuzzy), or when a Dutch sentence was written where English belongs.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "locale" / "nl" / "LC_MESSAGES"
IGNORED = [".venv", "node_modules", "build", "var", "staticfiles", "tests"]
WHEN = '"POT-Creation-Date'
DUTCH = re.compile(r"\b(je|jouw|een|het|niet|voor|wordt|opname|nog|deze|jullie|zijn)\b", re.I)


def make_messages(folder: Path, *flags: str) -> None:
    ignored = [flag for name in IGNORED for flag in ("-i", name)]
    for domain in ("django", "djangojs"):
        command = [sys.executable, "manage.py", "makemessages", "-l", "nl", "-d", domain]
        command += ["--no-location", "--no-wrap", *ignored, *flags]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def collect() -> int:
    make_messages(ROOT, "--no-obsolete")
    for catalogue in CATALOGUES.glob("*.po"):  # when they were collected, nobody needs to know
        lines = catalogue.read_text().splitlines(keepends=True)
        catalogue.write_text("".join(one for one in lines if not one.startswith(WHEN)))
    return 0


def check() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    problems = []
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for path in os.fsdecode(listed.stdout).split("\0"):
            if (ROOT / path).is_file():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, copy / path)
        make_messages(copy, "--keep-pot")
        for domain in ("django", "djangojs"):
            catalogue, template = CATALOGUES / f"{domain}.po", copy / "locale" / f"{domain}.pot"
            problems += compare(catalogue, template)
    print("\n".join(problems) or "Texts: the Dutch catalogue is complete.")
    return 1 if problems else 0


def compare(catalogue: Path, template: Path) -> list[str]:
    compared = subprocess.run(["msgcmp", catalogue, template], capture_output=True, text=True)
    problems = compared.stderr.splitlines() if compared.returncode else []
    fuzzy = subprocess.run(["msgattrib", "--only-fuzzy", catalogue], capture_output=True, text=True)
    if fuzzy.stdout:
        problems.append(f"{catalogue.name} holds guesses (fuzzy):\n{fuzzy.stdout}")
    checked = subprocess.run(
        ["msgfmt", "--check", "-o", os.devnull, catalogue], capture_output=True, text=True
    )
    problems += checked.stderr.splitlines() if checked.returncode else []
    for msgid in re.findall(r'^msgid "(.+)"$', template.read_text(), re.MULTILINE):
        if len(DUTCH.findall(msgid)) >= 2:
            problems.append(f"Dutch where English belongs: {msgid}")
    return problems


if __name__ == "__main__":
    sys.exit({"collect": collect, "check": check}[sys.argv[1]]())
