import itertools
import re

import pytest
from django.conf import settings

STYLES = settings.BASE_DIR / "lms" / "web" / "static" / "web" / "css"
BLOCK = re.compile(r"(?P<selector>[^{};]+)\{(?P<body>[^{}]*)\}")
DECLARATION = re.compile(r"(?P<name>--[\w-]+)\s*:\s*(?P<value>[^;]+);")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")

BODY_TEXT = 4.5
SHAPE = 3.0

# Texts that stand on whatever surface they are put on, without a background of their own.
TEXTS = ["document", "document-muted", "document-strong", "link", "link-hover", "field-hint"]
SURFACES = ["document", "card", "card-quiet", "band", "next-step", "dialog"]
MARKED_TEXTS = ["info", "done", "wait", "stop", "field-error", "button-danger"]
SHAPES = ["field-border", "button-border", "choice-checked-border", "progress-bar", "focus-outline"]


def styles():
    return COMMENT.sub("", (STYLES / "tokens.css").read_text())


def blocks():
    """The declarations of each rule of the file; a rule in a media query has that rule's name."""
    return [
        (found["selector"].strip(), dict(DECLARATION.findall(found["body"])))
        for found in BLOCK.finditer(styles())
    ]


def declarations(selector):
    merged = {}
    for name, declared in blocks():
        if name == selector:
            merged |= declared
    return merged


def palette(tokens):
    return {name: value for name, value in tokens.items() if name.startswith("--lms-palette-")}


LIGHT = declarations(":root")
DARK_BY_DEVICE = declarations(':root:not([data-theme="light"])')
DARK_BY_CHOICE = declarations(':root[data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": LIGHT | DARK_BY_DEVICE}


def resolve(theme, token):
    value = THEMES[theme][f"--lms-{token}"].strip()
    while value.startswith("var("):
        value = THEMES[theme][value.removeprefix("var(").removesuffix(")")].strip()
    return value


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme, first, second):
    lighter, darker = sorted(
        (luminance(resolve(theme, first)), luminance(resolve(theme, second))), reverse=True
    )
    return (lighter + 0.05) / (darker + 0.05)


def roles_with_a_background():
    ending = "-background-color"
    return [
        token.removeprefix("--lms-").removesuffix(ending)
        for token in LIGHT
        if token.endswith(ending)
    ]


def test_contrast_is_computed_as_wcag_computes_it(monkeypatch):
    black_and_white = {"--lms-a-color": "#000000", "--lms-b-color": "var(--lms-c-color)"}
    monkeypatch.setitem(THEMES, "sample", black_and_white | {"--lms-c-color": "#ffffff"})
    assert contrast("sample", "a-color", "b-color") == 21
    monkeypatch.setitem(THEMES, "sample", black_and_white | {"--lms-c-color": "#767676"})
    assert round(contrast("sample", "a-color", "b-color"), 2) == 4.62


def test_the_file_has_a_light_and_a_dark_set_of_the_same_colours():
    assert set(palette(LIGHT)) == set(DARK_BY_DEVICE)
    assert DARK_BY_DEVICE == DARK_BY_CHOICE
    assert LIGHT["--lms-palette-petrol"] == "#0f4c5c"
    assert DARK_BY_DEVICE["--lms-palette-petrol"] == "#7fc4d3"


def test_every_background_names_the_text_that_stands_on_it():
    missing = [role for role in roles_with_a_background() if f"--lms-{role}-color" not in LIGHT]
    assert missing == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_is_readable_on_its_own_background(theme):
    too_faint = {
        role: round(contrast(theme, f"{role}-color", f"{role}-background-color"), 2)
        for role in roles_with_a_background()
        if contrast(theme, f"{role}-color", f"{role}-background-color") < BODY_TEXT
    }
    assert too_faint == {}


@pytest.mark.parametrize("theme", THEMES)
def test_running_text_is_readable_on_every_surface(theme):
    pairs = [
        *itertools.product(TEXTS, SURFACES),
        *itertools.product(MARKED_TEXTS, ["document", "card"]),
        *itertools.product(["document", "link", "button-quiet"], ["info", "done", "wait", "stop"]),
        ("field-hint", "choice-checked"),
    ]
    too_faint = {
        f"{text} on {surface}": round(
            contrast(theme, f"{text}-color", f"{surface}-background-color"), 2
        )
        for text, surface in pairs
        if contrast(theme, f"{text}-color", f"{surface}-background-color") < BODY_TEXT
    }
    assert too_faint == {}


@pytest.mark.parametrize("theme", THEMES)
def test_borders_of_controls_stand_out_from_every_surface(theme):
    too_faint = {
        f"{shape} on {surface}": round(
            contrast(theme, f"{shape}-color", f"{surface}-background-color"), 2
        )
        for shape, surface in itertools.product(SHAPES, ["document", "card", "card-quiet", "field"])
        if contrast(theme, f"{shape}-color", f"{surface}-background-color") < SHAPE
    }
    assert too_faint == {}


def test_colours_are_written_down_in_the_tokens_only():
    """Paper is always white: its sheets have colours of their own."""
    elsewhere = {
        sheet.name: LITERAL.findall(COMMENT.sub("", sheet.read_text()))
        for sheet in STYLES.glob("*.css")
        if sheet.name not in {"tokens.css", "print.css", "paper.css"}
    }
    assert {name: found for name, found in elsewhere.items() if found} == {}
