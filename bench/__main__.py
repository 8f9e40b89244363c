"""The table of speed: ``python -m bench [startup pages upload films scale places planning]``.

Without chapters: all of them.
"""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from services import production_column

from bench import films, pages, places, planning, scale, startup, upload
from bench.table import Row, show

CHAPTERS = ["startup", "pages", "upload", "films", "scale", "places", "planning"]


def main(chosen: list[str]) -> None:
    """Each chapter is shown as soon as it is measured: the whole table takes long."""
    with tempfile.TemporaryDirectory(prefix="lms-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if "startup" in chosen:
            show(startup.measure(str(folder / "demo")))
        if set(chosen) - {"startup"}:
            with production_column(folder) as services:
                environment = services | {"DJANGO_SETTINGS_MODULE": "lms.settings.demo"}
                pages.prepare(environment)
                for chapter, rows in measured(environment, folder).items():
                    if chapter in chosen:
                        for found in rows():
                            show(found)


def measured(
    environment: dict[str, str], folder: Path
) -> dict[str, Callable[[], Iterable[list[Row]]]]:
    """In this order: what the last one makes stays."""
    return {
        "pages": lambda: [pages.measure(environment)],
        "upload": lambda: [upload.measure(environment)],
        "films": lambda: films.measure(environment, folder),
        "scale": lambda: scale.measure(environment),
        "places": lambda: [places.measure(environment)],
        "planning": lambda: planning.measure(environment),
    }


signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped too
main(sys.argv[1:] or CHAPTERS)
