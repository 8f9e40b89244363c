"""Copy the front-end files that the site serves from node_modules to build/vendor.

Run it after ``npm ci``. It may run any number of times; what is no longer listed here disappears.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
TARGET = ROOT / "build" / "vendor"

FONTS = "@fontsource-variable"
FILES = {
    "hls.min.js": "hls.js/dist/hls.min.js",
    "tus.min.js": "tus-js-client/dist/tus.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "fonts/atkinson.woff2": (
        f"{FONTS}/atkinson-hyperlegible-next/files/"
        "atkinson-hyperlegible-next-latin-wght-normal.woff2"
    ),
    "fonts/atkinson-italic.woff2": (
        f"{FONTS}/atkinson-hyperlegible-next/files/"
        "atkinson-hyperlegible-next-latin-wght-italic.woff2"
    ),
    "fonts/newsreader.woff2": f"{FONTS}/newsreader/files/newsreader-latin-opsz-normal.woff2",
    "licences/hls.js.txt": "hls.js/LICENSE",
    "licences/tus-js-client.txt": "tus-js-client/LICENSE",
    "licences/htmx.txt": "htmx.org/LICENSE",
    "licences/lucide.txt": "lucide-static/LICENSE",
    "licences/atkinson.txt": f"{FONTS}/atkinson-hyperlegible-next/LICENSE",
    "licences/newsreader.txt": f"{FONTS}/newsreader/LICENSE",
}

ICON_NAMES = """
    arrow-left arrow-right arrow-up arrow-down award ban bell book-open bookmark calendar
    calendar-check calendar-days camera captions chart-no-axes-column check chevron-down
    chevron-left chevron-right chevron-up circle circle-alert circle-check circle-dashed
    circle-dot circle-play circle-question-mark circle-x clapperboard clipboard-check
    clipboard-list clock clock-alert cloud-upload copy download ellipsis external-link eye
    eye-off file-check file-text file-video film filter fingerprint flag footprints gauge
    git-fork globe graduation-cap hand-heart handshake headphones heart-handshake hourglass
    house image info key-round keyboard layout-dashboard life-buoy lightbulb link list
    list-checks loader-circle lock lock-open log-in log-out mail map-pin maximize menu
    message-circle message-circle-question-mark messages-square mic mic-off minus monitor moon
    notebook-pen pause pencil phone play plus printer qr-code quote refresh-cw rotate-ccw route
    save search send settings share-2 shield shield-alert shield-check skip-back skip-forward
    smartphone sparkles split square square-check star stethoscope sun target thumbs-up timer
    trash-2 triangle-alert undo-2 upload user user-check user-plus user-round users users-round
    video video-off volume-2 volume-x wifi wifi-off wrench x
"""

SOURCE_MAP_COMMENT = re.compile(r"^\s*(//[#@]|/\*[#@])\s*sourceMappingURL=.*$", re.MULTILINE)


def wanted_files() -> dict[str, Path]:
    wanted = {target: PACKAGES / source for target, source in FILES.items()}
    for name in ICON_NAMES.split():
        wanted[f"icons/{name}.svg"] = PACKAGES / "lucide-static" / "icons" / f"{name}.svg"
    return wanted


def content_of(source: Path) -> bytes:
    content = source.read_bytes()
    if source.suffix == ".js":
        return SOURCE_MAP_COMMENT.sub("", content.decode()).rstrip().encode() + b"\n"
    return content


def copy_all() -> int:
    wanted = wanted_files()
    missing = [str(source.relative_to(ROOT)) for source in wanted.values() if not source.is_file()]
    if missing:
        print("Missing front-end files; run `npm ci` first:", *missing, sep="\n  ", file=sys.stderr)
        return 1
    fresh = TARGET.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for target, source in wanted.items():
        destination = fresh / target
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.write_bytes(content_of(source))
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(copy_all())
