"""House rules for templates that no formatter knows."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    r"\sstyle=": "an inline style: the content security policy refuses it",
    r"<style": "an inline style sheet",
    r"\son[a-z]+=[\"']": "an inline handler",
    r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")": "an inline script",
    r"\|\s*safe\b": "unescaped text",
    r"https?://(?!www\.w3\.org/)": "a request to, or a link that leaves for, another origin",
}
INCLUDE = re.compile(r"{% include (?!.*\bonly\b).*%}")


def problems(path: Path) -> list[str]:
    text = path.read_text()
    found = [
        f"{path.relative_to(ROOT)}:{text[: match.start()].count(chr(10)) + 1}: {reason}"
        for pattern, reason in FORBIDDEN.items()
        for match in re.finditer(pattern, text)
    ]
    found += [
        f"{path.relative_to(ROOT)}: include without only: {match.group()}"
        for match in INCLUDE.finditer(text)
    ]
    return found


def main() -> int:
    found = [
        line for path in sorted((ROOT / "templates").rglob("*.html")) for line in problems(path)
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
