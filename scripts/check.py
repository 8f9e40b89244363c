"""Everything about the code that can be checked without running it, and what the tests prove."""

import ast
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
APPS = ["lms", "courses", "assessments", "video_review", "trainers"]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "LMS_SECRET_KEY": "only-to-check-settings-7Qw!" * 3,
    "LMS_ALLOWED_HOSTS": "leergang.example",
    "LMS_MASTER_KEYS": "check:Y2hlY2tpbmcgb25seSwgbm90IGEgcmVhbCBrZXkhISE=",
}


def run(title: str, *command: str | Path, environment: dict[str, str] | None = None) -> bool:
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
    )
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {title}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0


def templates() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "templates/*.html"], cwd=ROOT, capture_output=True, text=True
    )
    return [path for path in listed.stdout.split() if (ROOT / path).exists()]


def requirements_proved() -> dict[str, list[str]]:
    """Requirement ids, each with the tests that are marked to prove it."""
    proved = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith(
                    "mark.requirement"
                ):
                    test = f"{path.relative_to(ROOT)}::{node.name}"
                    proved[ast.literal_eval(mark.args[0])].append(test)
    return proved


def main() -> int:
    manage = [sys.executable, "manage.py"]
    passed = [
        run("format (ruff)", BIN / "ruff", "format", "--check", "--output-format=concise", "."),
        run("lint (ruff)", BIN / "ruff", "check", "."),
        run("templates (djade)", BIN / "djade", "--check", "--target-version", "5.2", *templates()),
        run("templates (house rules)", sys.executable, "scripts/lint_templates.py"),
        run("types (mypy)", BIN / "mypy", *APPS, environment={"LMS_TEST_COLUMN": "embedded"}),
        run("import contracts", BIN / "lint-imports"),
        run("migrations are there", *manage, "makemigrations", "--check", "--dry-run"),
        run(
            "settings for production",
            *manage,
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
            environment=PRODUCTION,
        ),
        run("texts", sys.executable, "scripts/texts.py", "check"),
    ]
    proved = requirements_proved()
    print(f"\nRequirements with a test: {len(proved)}")
    for number, tests in sorted(proved.items()):
        print(f"  {number}  {tests[0]}" + (f" and {len(tests) - 1} more" if tests[1:] else ""))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
