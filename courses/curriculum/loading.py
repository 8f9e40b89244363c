"""Makes Wagtail pages of text files, and leaves alone what editors changed.

A folder describes one course: ``course.yaml``, ``evenings.yaml`` and, where it has them,
``tracks.yaml``, ``followup.yaml``, ``glossary.yaml``, ``clips.yaml``, ``handouts.yaml`` and
``modules/``. The one in
``content/`` is the default course and brings the site around it; another course is another folder,
and no code.
"""

import hashlib
import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page, Site

from courses.curriculum import models
from lms.web.pdf import pdf_of

CONTENT = Path(__file__).parent / "content"
HOME = "home"

STRONG = re.compile(r"\*\*(.+?)\*\*")
EMPHASIS = re.compile(r"\*(.+?)\*")


@dataclass(frozen=True)
class Node:
    """One page as the files want it."""

    key: str
    parent: str
    model: type[Page]
    slug: str
    title: str
    fields: dict[str, Any] = field(default_factory=dict)
    handouts: list[dict[str, Any]] = field(default_factory=list)  # made when the page is

    def source_hash(self) -> str:
        wanted = [self.model.__name__, self.slug, self.title, self.fields]
        return hash_of(wanted + self.handouts)

    def whole_fields(self) -> dict[str, Any]:
        """With the documents that it hands out, which are made if they are not there yet."""
        if not self.handouts:
            return self.fields
        chosen = [
            {"document": document_of(one).pk, "is_for_afterwards": one.get("afterwards", False)}
            for one in self.handouts
        ]
        return self.fields | {"handouts": stream(*(("handout", value) for value in chosen))}


def hash_of(wanted: Any) -> str:
    return hashlib.sha256(json.dumps(wanted, default=str, sort_keys=True).encode()).hexdigest()


@dataclass
class Outcome:
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # changed or removed by an editor


def read(path: Path) -> dict[str, Any]:
    """What a file says; nothing where there is none."""
    if not path.exists():
        return {}
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def rich(text: str) -> str:
    """Paragraphs with **bold** and *italic* as the HTML that a rich text field holds."""
    paragraphs = [html.escape(part.strip(), quote=False) for part in text.split("\n\n")]
    marked = [EMPHASIS.sub(r"<i>\1</i>", STRONG.sub(r"<b>\1</b>", part)) for part in paragraphs]
    return "".join(f"<p>{part}</p>" for part in marked if part)


def stream(*blocks: tuple[str, Any]) -> str:
    raw = [{"type": name, "value": value} for name, value in blocks]
    return json.dumps(raw, default=str, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Without the marks of **bold** and *italic*, for what is no rich text."""
    if isinstance(value, str):
        return EMPHASIS.sub(r"\1", STRONG.sub(r"\1", value))
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value


ASKING = {"question", "multiple", "order", "match", "number", "reflection", "declaration"}


def clips_in(folder: Path) -> dict[str, dict[str, Any]]:
    """The staged conversations of a course, by the name that lessons and evenings give them."""
    return {clip["slug"]: clip for clip in read(folder / "clips.yaml").get("clips", [])}


def film_value(clip: dict[str, Any]) -> dict[str, Any]:
    names = {speaker["code"]: speaker["label"] for speaker in clip["speakers"]}
    return {
        "title": clip["title"],
        "shows": clip["shows"],
        "speakers": [
            {"name": speaker["label"], "voice": speaker["voice"]} for speaker in clip["speakers"]
        ],
        "turns": [turn | {"speaker": names[turn["speaker"]]} for turn in clip["turns"]],
        "seen": clip["seen"],
        "moments": clip["moments"],
        "film": None,
        "captions": None,
    }


def handouts_in(folder: Path) -> dict[str, dict[str, Any]]:
    """The pages that a course prints to hand out, by the name that evenings give them."""
    licence = read(folder / "course.yaml")["licence"]
    found = read(folder / "handouts.yaml").get("hand_outs", [])
    return {one["slug"]: one | licence for one in found}


def document_of(handout: dict[str, Any]) -> models.CourseDocument:
    """It is named after what it says: with other words it is another document, and versions keep
    the one that they hold."""
    name = f"{handout['slug']}-{hash_of(handout)[:8]}"
    there = models.CourseDocument.objects.filter(file__startswith=f"documents/{name}").first()
    if there:
        return there
    terms = {name: handout[name] for name in ("licence", "content_source", "rights_holder")}
    file = ContentFile(printed(json.dumps(handout)), f"{name}.pdf")
    document = models.CourseDocument(title=handout["title"], file=file, **terms)
    document._set_document_file_metadata()
    document.save()
    return document


@lru_cache(maxsize=8)
def printed(handout: str) -> bytes:
    said = json.loads(handout)
    licence = models.Licence(said["licence"]).label.partition(":")[0]
    return pdf_of("paper/hand_out.html", said | {"licence": licence})


def films_stream(clips: Iterable[dict[str, Any]]) -> str:
    return stream(*(("film", film_value(clip)) for clip in clips))


def lesson_block(block: dict[str, Any], clips: dict[str, dict[str, Any]]) -> tuple[str, Any]:
    """A block of a lesson: what the file calls ``id`` and ``correct``, the page calls otherwise,
    and a film it only names."""
    kind = block["type"]
    if kind == "film":
        return kind, film_value(clips[block["clip"]])
    if kind == "text":
        return kind, rich(block["body"])
    value = plain({name: part for name, part in block.items() if name != "type"})
    if kind == "case":
        value["body"] = rich(block["body"])
    if kind in ASKING:
        value["key"] = value.pop("id")
    if "choices" in value:
        value["choices"] = [
            {
                "text": choice["text"],
                "is_correct": choice["correct"],
                "feedback": choice["feedback"],
            }
            for choice in value["choices"]
        ]
    return kind, value


def site_nodes(course: dict[str, Any]) -> list[Node]:
    home = course["home"]
    fields = {
        "lead": home["hero_lead"],
        "promises": stream(*(("promise", promise) for promise in home["promises"])),
        "how_it_works": stream(*(("step", step) for step in home["how_it_works"])),
    }
    nodes = [Node(HOME, "", models.HomePage, "start", home["hero_title"], fields)]
    for page in course["pages"]:
        sections = []
        for section in page["body"]:
            heading = f"<h2>{html.escape(section['heading'])}</h2>" if section["heading"] else ""
            sections.append(("text", heading + rich("\n\n".join(section["paragraphs"]))))
        body = {"body": stream(*sections)}
        slug = page["slug"]
        nodes.append(Node(f"pages/{slug}", HOME, models.TextPage, slug, page["title"], body))
    return nodes


def clip_value(clip: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": clip["title"],
        "caption": clip["caption"],
        "seconds": clip.get("seconds", 20),
        "lines": clip["transcript"],
        "moment_at": clip["moment"]["at_seconds"],
        "moment_text": clip["moment"]["text"],
    }


def titled(parts: list[dict[str, str]]) -> str:
    return "".join(f"<h3>{html.escape(part['title'])}</h3>{rich(part['text'])}" for part in parts)


def course_node(key: str, course: dict[str, Any]) -> Node:
    clips = [clip_value(course["clip"])] if "clip" in course else []
    fields = {
        "subtitle": course["subtitle"],
        "lead": course["lead"],
        "story": rich("\n\n".join(course["story"])),
        "outcomes": stream(*(("outcome", text) for text in course["outcomes"])),
        "audience": rich("\n\n".join(course["audience"])),
        "practical": titled(course.get("practical", [])),
        "price": rich(course.get("price", "")),
        "enrolment_terms": titled(course.get("enrolment_terms", [])),
        "clip": stream(*(("clip", clip) for clip in clips)),
        "end_terms": stream(*(("end_term", one) for one in course.get("end_terms", []))),
        "faq": stream(*(("faq", question) for question in course.get("faq", []))),
    }
    return Node(key, HOME, models.CoursePage, course["slug"], course["title"], fields)


def evening_nodes(course: str, evening: dict[str, Any], folder: Path) -> list[Node]:
    clips, handouts = clips_in(folder), handouts_in(folder)
    parent = f"{course}/track-{evening['track']}" if evening["track"] else course
    key = f"{course}/evening-{evening['code']}"
    fields = {
        "code": evening["code"],
        "number": evening["number"],
        "subtitle": evening["subtitle"],
        "minutes": evening.get("minutes", 240),
        "goals": stream(*(("goal", goal) for goal in evening.get("goals", []))),
        "programme": stream(*(("part", part) for part in evening.get("programme", []))),
        "films": films_stream(clips[slug] for slug in evening.get("films", [])),
        "trainer_notes": rich(evening.get("trainer_notes", "")),
    }
    slug = f"avond-{evening['code'].lower()}"
    given = [handouts[name] for name in evening.get("hand_outs", [])]
    nodes = [Node(key, parent, models.EveningPage, slug, evening["title"], fields, given)]
    for task in evening.get("homework") or []:
        assignment = {
            "kind": task["kind"],
            "text": rich(task["text"]),
            "due_days_before": task["due_days_before"],
            "minutes": task["minutes"],
            "is_required": task["required"],
            "track_code": task.get("track") or "",
        }
        nodes.append(
            Node(
                f"{key}/{task['key']}",
                key,
                models.AssignmentPage,
                task["key"],
                task["title"],
                assignment,
            )
        )
    return nodes


def module_nodes(
    course: str, module: dict[str, Any], clips: dict[str, dict[str, Any]]
) -> list[Node]:
    key = f"{course}/{module['code']}"
    fields = {
        "code": module["code"],
        "lead": module["lead"],
        "unlocks_recording": module.get("unlocks_recording", False),
        "targets": stream(*(("target", target) for target in module.get("targets", []))),
    }
    slug = f"module-{module['code'].lower()}"
    nodes = [Node(key, course, models.ModulePage, slug, module["title"], fields)]
    for lesson in module["lessons"]:
        body = {
            "minutes": lesson["minutes"],
            "relates_to": lesson.get("relates_to", ""),
            "repeats_theory": lesson.get("repeats_theory", False),
            "body": stream(*(lesson_block(block, clips) for block in lesson["blocks"])),
        }
        slug = lesson["slug"]
        nodes.append(Node(f"{key}/{slug}", key, models.LessonPage, slug, lesson["title"], body))
    return nodes


def programme_value(programme: dict[str, Any]) -> dict[str, Any]:
    """What has a length and parts, as its block holds it."""
    parts = [{"type": "part", "value": part} for part in programme["parts"]]
    return programme | {"parts": parts}


def workshop_node(workshop: dict[str, Any], clips: dict[str, dict[str, Any]]) -> Node:
    programmes = [programme_value(programme) for programme in workshop["programmes"]]
    scenes = [
        {"title": scene["title"], "lines": scene["turns"], "after": scene["after"]}
        for scene in workshop["scenes"]
    ]
    fields = {
        "subtitle": workshop["subtitle"],
        "lead": workshop["lead"],
        "story": rich("\n\n".join(workshop["story"])),
        "for_whom": workshop["for_whom"],
        "take_home": stream(*(("point", point) for point in workshop["take_home"])),
        "programmes": stream(*(("programme", programme) for programme in programmes)),
        "exercise": stream(("exercise", workshop["exercise"])),
        "scenes": stream(*(("scene", scene) for scene in scenes)),
        "films": films_stream(clips[slug] for slug in workshop.get("films", [])),
        "interest_title": workshop["interest"]["title"],
        "interest_text": workshop["interest"]["text"],
        "leader_notes": rich(workshop["leader_notes"]),
    }
    return Node("workshop", HOME, models.WorkshopPage, "workshop", workshop["title"], fields)


def glossary_node(course: str, glossary: dict[str, Any]) -> Node:
    terms = [
        ("term", {"also": [], "source": ""} | {name: one[name] for name in one})
        for one in glossary["terms"]
    ]
    fields = {"terms": stream(*terms)}
    return Node(f"{course}/glossary", course, models.GlossaryPage, "begrippen", "Begrippen", fields)


def follow_up_node(course: str, follow_up: dict[str, Any]) -> Node:
    sections = [
        {"heading": section["heading"], "body": rich("\n\n".join(section["paragraphs"]))}
        for section in follow_up["sections"]
    ]
    meetings = [follow_up["return_meeting"]] if "return_meeting" in follow_up else []
    fields = {
        "lead": follow_up["lead"],
        "sections": stream(*(("section", section) for section in sections)),
        "return_meeting": stream(*(("meeting", programme_value(one)) for one in meetings)),
    }
    title = follow_up["title"]
    return Node(f"{course}/follow-up", course, models.FollowUpPage, slugify(title), title, fields)


def track_nodes(
    course: str,
    track: dict[str, Any],
    evenings: list[dict[str, Any]],
    folder: Path,
) -> list[Node]:
    code = track["code"]
    fields = {
        "code": code,
        "lead": track["lead"],
        "story": rich("\n\n".join(track["story"])),
        "for_whom": track["for_whom"],
    }
    slug = f"richting-{code.lower()}"
    nodes = [Node(f"{course}/track-{code}", course, models.TrackPage, slug, track["title"], fields)]
    for evening in evenings:
        if evening["track"] == code:
            nodes += evening_nodes(course, evening, folder)
    return nodes


def wanted_nodes(folder: Path) -> list[Node]:
    """Every page the files describe, parents before children, in the order readers meet them."""
    course = read(folder / "course.yaml")
    evenings = read(folder / "evenings.yaml")["evenings"]
    clips = clips_in(folder)
    key = course["key"]
    nodes = site_nodes(course) if "home" in course else []
    nodes.append(course_node(key, course))
    for evening in evenings:
        nodes += [] if evening["track"] else evening_nodes(key, evening, folder)
    for track in read(folder / "tracks.yaml").get("tracks", []):
        nodes += track_nodes(key, track, evenings, folder)
    follow_up = read(folder / "followup.yaml")
    nodes += [follow_up_node(key, follow_up)] if follow_up else []
    for path in sorted((folder / "modules").glob("*.yaml")):
        nodes += module_nodes(key, read(path), clips)
    nodes += nodes_beside(key, folder)
    for node in nodes:
        node.fields.update(course["licence"])
    return nodes


def nodes_beside(course: str, folder: Path) -> list[Node]:
    """What a course may bring, and need not."""
    glossary, workshop = read(folder / "glossary.yaml"), read(folder / "workshop.yaml")
    nodes = [glossary_node(course, glossary)] if glossary else []
    return nodes + ([workshop_node(workshop, clips_in(folder))] if workshop else [])


def publish(page: Page, node: Node, loaded: models.LoadedPage) -> None:
    revision = page.save_revision()
    revision.publish()
    loaded.page = page
    loaded.revision = revision
    loaded.source_hash = node.source_hash()
    loaded.save()


def load_node(node: Node, parent: Page, outcome: Outcome) -> Page | None:
    loaded = models.LoadedPage.objects.filter(key=node.key).first()
    if loaded is None:
        page = node.model(title=node.title, slug=node.slug, **node.whole_fields())
        parent.add_child(instance=page)
        publish(page, node, models.LoadedPage(key=node.key))
        outcome.created.append(node.key)
        return page
    if loaded.page is None:
        outcome.kept.append(node.key)
        return None
    page = loaded.page.specific
    if page.latest_revision_id != loaded.revision_id:
        outcome.kept.append(node.key)
    elif loaded.source_hash == node.source_hash():
        outcome.unchanged.append(node.key)
    else:
        wanted = {"title": node.title, "slug": node.slug, **node.whole_fields()}
        for name, value in wanted.items():
            setattr(page, name, value)
        publish(page, node, loaded)
        outcome.updated.append(node.key)
    return page


def put_in_order(nodes: list[Node], pages: dict[str, Page]) -> None:
    """Children stand in the order of the files, wherever they were added."""
    children: dict[str, list[int]] = {}
    for node in nodes:
        if node.key in pages:
            children.setdefault(node.parent, []).append(pages[node.key].pk)
    for pks in children.values():
        there = list(Page.objects.filter(pk__in=pks).order_by("path").values_list("pk", flat=True))
        if there == pks:
            continue
        for pk in pks:
            page = Page.objects.get(pk=pk)
            page.move(page.get_parent(), pos="last-child")


def replace_welcome_page(home: Page) -> None:
    """The site opens with our start page; the page that Wagtail ships with goes."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    elif site.root_page_id != home.pk:
        welcome = site.root_page
        site.root_page = home
        site.save()
        if welcome.specific_class is Page and not welcome.get_children().exists():
            welcome.delete()


@transaction.atomic
def load_curriculum(folder: Path = CONTENT) -> Outcome:
    """Bring the pages in line with the files; a second time it changes nothing."""
    outcome = Outcome()
    root = Page.get_first_root_node()
    nodes = wanted_nodes(folder)
    pages: dict[str, Page] = {}
    home = models.LoadedPage.objects.filter(key=HOME).select_related("page").first()
    if home is not None and home.page is not None:
        pages[HOME] = home.page  # for a course that comes without a site of its own
    for node in nodes:
        parent = pages.get(node.parent) if node.parent else root
        if parent is None:
            outcome.kept.append(node.key)
            continue
        page = load_node(node, Page.objects.get(pk=parent.pk), outcome)
        if page is not None:
            pages[node.key] = page
    put_in_order(nodes, pages)
    if any(node.key == HOME for node in nodes) and HOME in pages:
        replace_welcome_page(pages[HOME])
    return outcome
