"""The table of speed: ``python -m bench [startup pages upload films]``, all of them by default."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from services import production_column

from bench import films, pages, startup, upload
from bench.table import show

CHAPTERS = ["startup", "pages", "upload", "films"]


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
                if "pages" in chosen:
                    show(pages.measure(environment))
                if "upload" in chosen:
                    show(upload.measure(environment))
                if "films" in chosen:
                    for rows in films.measure(environment, folder):
                        show(rows)


main(sys.argv[1:] or CHAPTERS)
