"""Run the tests on both columns, with services of their own that are stopped afterwards.

First the production column (PostgreSQL, Redis and an S3 server, all thrown away afterwards), then
what is marked ``embedded`` and the browser journeys on the embedded default. Arguments go to
pytest, on the production column only: ``make test ARGS="tests/audit -x"``.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from services import production_column

ROOT = Path(__file__).resolve().parent.parent
# In order, so that on each worker tests that empty the tables come after all that need what the
# migrations put there.
SIDE_BY_SIDE = ["-n2", "--dist=load"]


def pytest(environment: dict[str, str], *arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    done = subprocess.run(command, cwd=ROOT, env=clean | environment)
    return 0 if done.returncode == 5 else done.returncode  # 5: nothing was selected


def main(chosen: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="lms-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with production_column(folder) as services:
            production = services | {"LMS_TEST_COLUMN": "production"}
            if chosen:
                return pytest(production, *chosen)
            print("\nProduction column: PostgreSQL, Redis, S3\n", flush=True)
            first = pytest(production, *SIDE_BY_SIDE, "-m", "not browser")
        embedded = {"LMS_TEST_COLUMN": "embedded", "LMS_VAR_DIR": str(folder / "embedded")}
        print("\nEmbedded default: SQLite, file broker, local folder\n", flush=True)
        second = pytest(embedded, *SIDE_BY_SIDE, "-m", "embedded and not browser")
        print("\nIn a browser, on the embedded default\n", flush=True)
        third = pytest(embedded, "-m", "browser")
    return first or second or third


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
