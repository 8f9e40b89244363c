"""The promises that the shipped texts keep, whatever an author changes in them."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from courses.curriculum.blocks import TARGETS, LessonBlock
from courses.curriculum.loading import clips_in, lesson_block

ROOT = Path(__file__).parents[2]
CURRICULUM = ROOT / "courses/curriculum/content"
MODULES = sorted((CURRICULUM / "modules").glob("*.yaml"))
CONTENT = [
    CURRICULUM / "course.yaml",
    CURRICULUM / "evenings.yaml",
    CURRICULUM / "tracks.yaml",
    CURRICULUM / "followup.yaml",
    CURRICULUM / "clips.yaml",
    CURRICULUM / "glossary.yaml",
    ROOT / "assessments/instruments/content/kijkwijzer.yaml",
    ROOT / "video_review/content/consent.yaml",
    ROOT / "video_review/content/examples.yaml",
    *MODULES,
]

P, T, N, BREAK = "practice", "theory", "neutral", "break"
# evening → the minute each part ends and what kind of part it is
PROGRAMMES = {
    "1": [
        (20, P), (50, P), (75, T), (115, P), (140, BREAK), (190, P), (215, P), (230, T), (240, N),
    ],
    "2": [(15, P), (75, P), (95, T), (120, BREAK), (165, P), (205, P), (225, P), (240, N)],
    "3A": [(20, P), (45, T), (110, P), (135, BREAK), (185, P), (215, P), (230, P), (240, N)],
    "4A": [(15, P), (80, P), (105, T), (130, BREAK), (175, P), (205, P), (225, P), (240, N)],
    "3B": [(20, P), (60, P), (85, T), (115, P), (140, BREAK), (195, P), (225, P), (240, N)],
    "4B": [(50, P), (75, T), (110, P), (135, BREAK), (175, P), (205, P), (225, P), (240, N)],
}  # fmt: skip
HOMEWORK_KINDS = {
    "elearning", "recording", "self_observation", "peer_observation", "development_point",
    "kba_reflection", "reading", "own_practice", "organisation_scan", "plan_case",
}  # fmt: skip
# Lessons whose fact holds the figures that are asked.
FACT_AFTER_THE_QUESTION = [
    "M1 wat-mensen-nodig-zeggen-te-hebben",
    "M2 keuzehulpen-in-het-gesprek",
]
DOING = {"question", "multiple", "order", "match", "number", "reflection"}
KIJKWIJZER_ITEMS = {"V": 2, "O": 4, "P": 5, "D": 4, "K": 7, "A": 4, "S": 3, "H": 4}


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


EVENINGS = {evening["code"]: evening for evening in load(CURRICULUM / "evenings.yaml")["evenings"]}
COURSE = load(CURRICULUM / "course.yaml")
CONSENT = load(ROOT / "video_review/content/consent.yaml")
LESSONS = {
    f"{module['code']} {lesson['slug']}": lesson
    for module in map(load, MODULES)
    for lesson in module["lessons"]
}


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a piece of content, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def sentences_in(text: str) -> list[str]:
    plain = re.sub(r"[*“”‘’\"]|^- ", "", text, flags=re.MULTILINE)
    parts = re.split(r"(?<=[.!?])\s+(?=[^a-z])|\n+", plain)
    return [part.strip() for part in parts if re.search(r"\w", part)]


def count_words(text: str) -> int:
    return len(re.findall(r"\w[\w'’.-]*", text))


def average_sentence_length(texts: list[str]) -> float:
    lengths = [count_words(sentence) for text in texts for sentence in sentences_in(text)]
    return sum(lengths) / len(lengths)


def blocks_of(lesson: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [block for block in lesson["blocks"] if block["type"] == kind]


def reading_text(lesson: dict[str, Any]) -> str:
    """What one reads in a lesson before answering: texts, cases and steps."""
    parts = [block["body"] for block in blocks_of(lesson, "text")]
    for block in blocks_of(lesson, "case"):
        parts += [block["title"], block["body"]]
    for block in blocks_of(lesson, "steps"):
        parts += [block["title"], *texts_in(block["items"])]
    return "\n".join(parts)


def minutes_of(code: str, *kinds: str) -> int:
    return sum(
        part["end"] - part["start"] for part in EVENINGS[code]["programme"] if part["kind"] in kinds
    )


# evenings


def test_there_are_six_evenings_of_which_everyone_attends_four():
    assert [(code, e["number"], e["track"]) for code, e in EVENINGS.items()] == [
        ("1", 1, None),
        ("2", 2, None),
        ("3A", 3, "A"),
        ("4A", 4, "A"),
        ("3B", 3, "B"),
        ("4B", 4, "B"),
    ]


@pytest.mark.parametrize("code", PROGRAMMES)
def test_a_programme_runs_on_from_minute_0_to_minute_240(code):
    programme = EVENINGS[code]["programme"]
    assert programme[0]["start"] == 0
    assert [later["start"] for _, later in pairwise(programme)] == [
        earlier["end"] for earlier, _ in pairwise(programme)
    ]
    assert minutes_of(code, P, T, N, BREAK) == 240


@pytest.mark.parametrize("code", PROGRAMMES)
def test_a_programme_keeps_its_parts_in_place(code):
    programme = EVENINGS[code]["programme"]
    assert [(part["end"], part["kind"]) for part in programme] == PROGRAMMES[code]


@pytest.mark.parametrize("code", PROGRAMMES)
def test_an_evening_has_a_break_of_25_minutes(code):
    assert minutes_of(code, BREAK) == 25


@pytest.mark.requirement("CRS-12")
def test_at_least_half_of_the_first_evening_without_its_break_is_practice():
    assert 2 * minutes_of("1", P) >= minutes_of("1", P, T, N)


@pytest.mark.requirement("CRS-11")
@pytest.mark.parametrize("code", PROGRAMMES)
def test_an_evening_has_a_skill_goal_and_an_attitude_goal(code):
    kinds = Counter(goal["kind"] for goal in EVENINGS[code]["goals"])
    assert set(kinds) - {"skill", "attitude", "knowledge"} == set()
    assert kinds["skill"] >= 1
    assert kinds["attitude"] >= 1


@pytest.mark.requirement("CRS-11")
@pytest.mark.parametrize("code", PROGRAMMES)
def test_a_goal_points_to_an_end_term_and_to_professional_activities(code):
    end_terms = {end_term["text"] for end_term in COURSE["end_terms"]}
    for goal in EVENINGS[code]["goals"]:
        assert {goal["end_term"]} - end_terms == set()
        assert goal["kba"] != []
        assert set(goal["kba"]) - set(range(1, 11)) == set()


def test_an_end_term_is_the_aim_of_at_least_one_goal():
    aimed_at = {goal["end_term"] for e in EVENINGS.values() for goal in e["goals"]}
    of_participants = [term for term in COURSE["end_terms"] if "audience" not in term]
    assert {end_term["text"] for end_term in of_participants} == aimed_at


@pytest.mark.requirement("CRS-11")
def test_trainers_and_people_in_training_have_end_terms_of_their_own():
    audiences = Counter(term.get("audience") for term in COURSE["end_terms"])
    assert set(audiences) == {None, "trainer", "in_training"}
    codes = [term["code"] for term in COURSE["end_terms"]]
    assert len(set(codes)) == len(codes)


def test_trainers_get_notes_of_three_to_six_sentences():
    counts = {code: len(sentences_in(e["trainer_notes"])) for code, e in EVENINGS.items()}
    assert {code: count for code, count in counts.items() if not 3 <= count <= 6} == {}


# homework


def test_homework_after_the_first_evening_starts_with_learning_and_recording():
    assert [item["kind"] for item in EVENINGS["1"]["homework"]] == [
        "elearning",
        "recording",
        "self_observation",
        "peer_observation",
        "development_point",
        "kba_reflection",
    ]


def test_there_is_no_homework_after_the_last_evening():
    assert [EVENINGS["4A"]["homework"], EVENINGS["4B"]["homework"]] == [[], []]


def test_homework_has_a_key_of_its_own_and_a_known_kind():
    items = [item for e in EVENINGS.values() for item in e["homework"]]
    assert len({item["key"] for item in items}) == len(items)
    assert [item["key"] for item in items if not re.fullmatch(r"[a-z0-9-]+", item["key"])] == []
    assert {item["kind"] for item in items} - HOMEWORK_KINDS == set()


def test_homework_for_one_track_is_never_required_of_everyone():
    items = [item for e in EVENINGS.values() for item in e["homework"]]
    assert [i["key"] for i in items if i["required"] and i.get("track")] == []


# course, tracks and pages


def test_the_course_carries_its_public_title():
    assert (COURSE["title"], COURSE["subtitle"]) == (
        "Professionele effectiviteit in persoonsgerichte zorg",
        "Samen beslissen, het hoe en waarom",
    )


def test_no_public_title_leads_with_the_care_plan_or_with_learning_to_work_differently():
    tracks = load(CURRICULUM / "tracks.yaml")["tracks"]
    titles = [
        COURSE["title"],
        COURSE["subtitle"],
        COURSE["home"]["hero_title"],
        *[item["title"] for item in [*EVENINGS.values(), *tracks]],
    ]
    leading = re.compile(
        r"(?:het |een )?(?:IZP|individueel zorgplan|anders (?:leren )?werken)", re.I
    )
    assert [title for title in titles if leading.match(title)] == []


def test_the_course_page_never_names_the_care_plan_by_its_letters():
    public = [COURSE[key] for key in ("lead", "story", "outcomes", "audience", "faq", "home")]
    assert [text for text in texts_in(public) if "IZP" in text] == []


def test_a_track_holds_its_own_two_evenings():
    tracks = {t["code"]: t["evenings"] for t in load(CURRICULUM / "tracks.yaml")["tracks"]}
    assert tracks == {
        code: [e["code"] for e in EVENINGS.values() if e["track"] == code] for code in ("A", "B")
    }


def test_outcomes_go_on_where_their_heading_stops():
    assert [o for o in COURSE["outcomes"] if not (o[0].islower() and o.endswith("."))] == []
    assert len(COURSE["outcomes"]) == 8


def test_the_simple_pages_are_there_and_say_something():
    words = {
        page["slug"]: count_words(" ".join(texts_in(page["body"]))) for page in COURSE["pages"]
    }
    assert list(words) == ["privacy", "toegankelijkheid", "voorwaarden", "hulp"]
    assert [slug for slug, count in words.items() if count < 150] == []


# lessons


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_120_to_250_words_to_read(name):
    lesson = LESSONS[name]
    facts = " ".join(block["text"] for block in blocks_of(lesson, "fact"))
    assert count_words(reading_text(lesson)) >= 120
    assert count_words(reading_text(lesson) + " " + facts) <= 250


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_one_fact_with_its_source_and_the_day_it_was_checked(name):
    facts = blocks_of(LESSONS[name], "fact")
    assert len(facts) == 1
    assert facts[0]["source"].strip() != ""
    assert type(facts[0]["reviewed_on"]) is datetime.date


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_ends_with_one_thing_to_do(name):
    doing = [block["type"] for block in LESSONS[name]["blocks"] if block["type"] in DOING]
    assert len(doing) == 1
    last = [block["type"] for block in LESSONS[name]["blocks"]][-1]
    assert last in {*DOING, "declaration"} or name in FACT_AFTER_THE_QUESTION


@pytest.mark.parametrize("name", FACT_AFTER_THE_QUESTION)
def test_a_fact_that_holds_the_answer_comes_after_the_question(name):
    kinds = [block["type"] for block in LESSONS[name]["blocks"]]
    assert kinds[-1] == "fact"
    assert kinds[-2] in DOING


def test_an_example_answer_has_no_quotation_marks_of_its_own():
    """The page sets them around it; what is said inside it has single ones."""
    asked = [block for one in LESSONS.values() for block in blocks_of(one, "reflection")]
    examples = [block["example"] for block in asked]
    assert len(examples) == 4
    assert [text for text in examples if re.search(r"[“”]", text)] == []


@pytest.mark.parametrize("name", LESSONS)
def test_what_is_asked_can_be_answered(name):
    """As the editor's form would ask: the blocks' own rules."""
    stream = LessonBlock()
    raw = [lesson_block(block, clips_in(CURRICULUM)) for block in LESSONS[name]["blocks"]]
    value = stream.to_python([{"type": kind, "value": content} for kind, content in raw])
    assert len(stream.clean(value)) == len(raw)
    shown = texts_in([content for kind, content in raw if kind not in ("text", "case")])
    assert [text for text in shown if "*" in text] == []


def test_a_table_with_much_to_read_in_a_row_becomes_cards_on_a_phone():
    stream, wide = LessonBlock(), set()
    for name, lesson in LESSONS.items():
        raw = [lesson_block(table, {}) for table in blocks_of(lesson, "table")]
        shown = stream.to_python([{"type": kind, "value": content} for kind, content in raw])
        wide |= {name for table in shown if "table--cards" in table.render()}
    assert wide == {
        "M1 wie-zijn-er-ziek-en-hoeveel",
        "M4 een-mens-een-plan",
        "M4 de-kern-afspraken",
        "M5 zes-studies-op-een-rij",
        "M6 drie-lagen-van-bevorderen-en-belemmeren",
    }


def test_the_right_answer_is_not_always_in_the_same_place():
    questions = [q for lesson in LESSONS.values() for q in blocks_of(lesson, "question")]
    places = {[choice["correct"] for choice in q["choices"]].index(True) for q in questions}
    assert len(places) >= 3


def test_every_answer_gets_a_reply_of_its_own():
    replies = [
        reply.strip() for lesson in LESSONS.values() for q in lesson["blocks"] for reply in said(q)
    ]
    assert [reply for reply, count in Counter(replies).items() if count > 1] == []
    assert [reply for reply in replies if count_words(reply) < 5] == []


def said(block: dict[str, Any]) -> list[str]:
    """Everything that is said back to who answers."""
    parts = [*block.get("choices", []), *block.get("rows", []), *block.get("items", [])]
    replies = [part["feedback"] for part in parts if isinstance(part, dict) and "feedback" in part]
    return replies + [block[name] for name in ("right", "too_low", "too_high") if name in block]


def test_there_are_seven_modules_with_45_lessons():
    sizes = {module["code"]: len(module["lessons"]) for module in map(load, MODULES)}
    assert sizes == {"M1": 6, "M2": 7, "M3": 6, "M4": 8, "M5": 6, "M6": 6, "M7": 6}


def test_a_lesson_says_which_evening_it_goes_with():
    related = {name: lesson["relates_to"] for name, lesson in LESSONS.items()}
    assert {name: code for name, code in related.items() if code not in EVENINGS} == {}


def test_question_and_declaration_keys_are_used_once():
    keys = [
        block["id"] for lesson in LESSONS.values() for block in lesson["blocks"] if "id" in block
    ]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_no_sentence_occurs_in_two_lessons():
    seen: dict[str, set[str]] = {}
    for name, lesson in LESSONS.items():
        readable = [
            {k: v for k, v in block.items() if k not in ("type", "id", "source")}
            for block in lesson["blocks"]
        ]
        for text in texts_in(readable):
            for sentence in sentences_in(text):
                if count_words(sentence) >= 3:
                    seen.setdefault(sentence.lower().rstrip(".!?"), set()).add(name)
    assert [sentence for sentence, names in seen.items() if len(names) > 1] == []


# What the e-learning must speak of, and the lessons that do.
SUBJECTS = {
    "persoonsgerichte zorg": "M1 de-persoon-voorop",
    "samen beslissen": "M2 wanneer-valt-er-iets-te-kiezen",
    "zorgplan, wat en waarom": "M4 wat-is-een-zorgplan-wel-en-niet",
    "zorgplan, voor wie": "M4 voor-wie-is-een-zorgplan",
    "zelfmanagement en ondersteuning": "M3 zelfmanagement-en-steun",
    "gezondheidsvaardigheden": "M2 terugvragen-zonder-overhoren",
    "diversiteit": "M1 vier-vormen-van-verschil",
    "bewijs en de grenzen ervan": "M5 wat-werkt-er-wel",
    "invoering": "M6 drie-lagen-van-bevorderen-en-belemmeren",
}


@pytest.mark.requirement("ELN-01")
def test_every_subject_has_its_lesson():
    assert {subject for subject, name in SUBJECTS.items() if name not in LESSONS} == set()


@pytest.mark.requirement("ELN-02")
def test_the_six_words_of_the_shared_language_are_in_the_list():
    forms = {
        form.lower()
        for one in load(CURRICULUM / "glossary.yaml")["terms"]
        for form in (one["term"], *one["also"])
    }
    assert {
        "persoonsgerichte zorg",
        "samen beslissen",
        "gezamenlijke besluitvorming",
        "gezondheidsvaardigheden",
        "zelfmanagement",
        "zelfmanagementondersteuning",
        "individueel zorgplan",
    } - forms == set()


def table_of(name: str) -> dict[str, Any]:
    [table] = blocks_of(LESSONS[name], "table")
    return table


def numbers_in(table: dict[str, Any], column: int) -> list[int]:
    return sorted(int(re.search(r"\d+", row[column])[0]) for row in table["rows"])


@pytest.mark.requirement("ELN-04")
def test_owning_a_plan_is_shown_by_nine_studies_from_6_to_25_percent():
    table = table_of("M5 bezit-en-gebruik")
    assert numbers_in(table, -1) == [6, 9, 10, 10, 14, 16, 19, 25, 25]
    text = reading_text(LESSONS["M5 bezit-en-gebruik"]).lower()
    assert {word for word in ("gebruik", "hebben") if word not in text} == set()


@pytest.mark.requirement("ELN-05")
def test_the_six_studies_are_listed_and_the_effect_is_not_claimed():
    studies = [row[0] for row in table_of("M5 zes-studies-op-een-rij")["rows"]]
    names = ("Engels", "Leemrijse", "Reeves", "Walker", "Zwar", "Year of Care")
    assert [study.startswith(name) for study, name in zip(studies, names, strict=True)] == [
        True
    ] * 6
    [fact] = blocks_of(LESSONS["M5 zes-studies-op-een-rij"], "fact")
    assert "in gecontroleerd onderzoek niet aangetoond" in fact["text"]


@pytest.mark.requirement("ELN-06")
def test_factors_are_sorted_over_three_levels():
    [match] = blocks_of(LESSONS["M6 drie-lagen-van-bevorderen-en-belemmeren"], "match")
    assert len(match["options"]) == 3
    assert {row["answer"] for row in match["rows"]} == set(match["options"])


@pytest.mark.requirement("ELN-07")
def test_four_parts_of_the_conversation_and_four_ways_of_relating_have_a_lesson():
    parts = reading_text(LESSONS["M3 vier-gespreksonderdelen"]).lower()
    assert [word for word in ("agenda", "doel", "acties", "vervolg") if word not in parts] == []
    ways = " ".join(texts_in(LESSONS["M2 wisselen-tussen-vier-relatievormen"]["blocks"])).lower()
    forms = ("paternalistisch", "informatief", "interpretatief", "deliberatief")
    assert [word for word in forms if word not in ways] == []


@pytest.mark.requirement("ELN-08")
def test_the_house_is_told_in_five_parts():
    [house] = blocks_of(LESSONS["M1 het-huis"], "house")
    words = {part: count_words(text) for part, text in house.items() if part != "type"}
    assert set(words) == {"core", "patient", "professional", "organisation", "environment"}
    assert min(words.values()) >= 5


@pytest.mark.requirement("DIS-03")
def test_cases_say_what_they_are_about():
    targets = {
        target
        for lesson in LESSONS.values()
        for case in blocks_of(lesson, "case")
        for target in case["targets"]
    }
    assert targets - {code for code, _label in TARGETS} == set()
    assert {"dm", "cvrm", "astma-copd"} <= targets


def test_the_lesson_on_technique_ends_with_the_test_recording():
    m7 = load(CURRICULUM / "modules/m7.yaml")
    technique = m7["lessons"][2]
    assert len(m7["lessons"]) == 6
    assert [len(block["items"]) for block in blocks_of(technique, "steps")] == [5]
    assert technique["blocks"][-1]["type"] == "declaration"
    assert technique["blocks"][-1]["text"] == "Ik heb een proefopname gemaakt en teruggekeken"


# the observation form


def test_the_kijkwijzer_has_33_items_in_8_sections():
    form = load(ROOT / "assessments/instruments/content/kijkwijzer.yaml")
    assert {s["code"]: len(s["items"]) for s in form["sections"]} == KIJKWIJZER_ITEMS
    assert [item["code"] for s in form["sections"] for item in s["items"]] == [
        f"{section}{n}" for section, size in KIJKWIJZER_ITEMS.items() for n in range(1, size + 1)
    ]
    assert sum(KIJKWIJZER_ITEMS.values()) == 33


def test_the_kijkwijzer_scores_from_0_to_3_or_not_at_all():
    form = load(ROOT / "assessments/instruments/content/kijkwijzer.yaml")
    assert [(step["value"], step["label"]) for step in form["scale"]] == [
        (0, "niet gezien"),
        (1, "aanzet"),
        (2, "duidelijk"),
        (3, "sterk"),
        (None, "n.v.t."),
    ]


def test_every_professional_activity_is_seen_somewhere_in_the_kijkwijzer():
    form = load(ROOT / "assessments/instruments/content/kijkwijzer.yaml")
    assert {n for s in form["sections"] for item in s["items"] for n in item["kba"]} == set(
        range(1, 11)
    )


# consent and examples


def test_patients_read_short_sentences():
    information = CONSENT["patient_information"]
    assert average_sentence_length(list(texts_in(information))) <= 15
    assert average_sentence_length([line["text"] for line in CONSENT["easy_read"]["lines"]]) <= 8
    assert average_sentence_length([CONSENT["withdraw_explanation"]]) <= 15
    assert average_sentence_length([CONSENT["stopped"]]) <= 15


def test_no_sentence_for_patients_is_longer_than_twenty_words():
    texts = [*texts_in(CONSENT["patient_information"]), CONSENT["withdraw_explanation"]]
    long = [s for text in texts for s in sentences_in(text) if count_words(s) > 20]
    assert long == []


def test_the_days_of_the_key_backup_are_the_only_thing_left_to_fill_in():
    texts = list(texts_in(CONSENT))
    left_open = Counter(name for text in texts for name in re.findall(r"\{(\w*)\}", text))
    assert left_open == {"key_backup_days": 4}


def test_consent_knows_its_scopes_and_who_else_may_be_in_view():
    assert [scope["code"] for scope in CONSENT["scopes"]] == ["S1", "S2", "S3"]
    assert [other["kind"] for other in CONSENT["others_in_view"]] == [
        "companion",
        "child",
        "interpreter",
        "colleague",
    ]


def test_an_example_consultation_is_marked_as_staged():
    content = load(ROOT / "video_review/content/examples.yaml")
    examples = content["examples"]
    assert len(examples) == 3
    assert [e["slug"] for e in examples if not e["title"].startswith("Nagespeeld: ")] == []
    assert [e["slug"] for e in examples if e["staged"] is not True] == []


def test_an_example_consultation_has_8_to_12_turns_of_speakers_it_names():
    for example in load(ROOT / "video_review/content/examples.yaml")["examples"]:
        assert 8 <= len(example["turns"]) <= 12
        assert {turn["speaker"] for turn in example["turns"]} == {
            speaker["code"] for speaker in example["speakers"]
        }


# all of it


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.name)
def test_a_content_file_is_finished(path):
    unfinished = re.compile(r"lorem ipsum|TODO|FIXME|XXX|\.\.\.|vul hier", re.I)
    assert [text for text in texts_in(load(path)) if unfinished.search(text)] == []
