"""The demo edition: mid-course, with one couple ahead, one person stuck, and the rest in between.

Everybody in it is made up. Names are fruits and trees, so that nobody takes them for real.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.curriculum.models import ContentVersion, CoursePage, Licence
from courses.curriculum.reading import lesson_body, outline
from courses.curriculum.services import publish_version
from courses.delivery.loading import load_professions
from courses.delivery.models import Attendance, Edition, Enrolment, EveningTrainer
from courses.delivery.services import enrol_couple, make_edition, move_evenings
from courses.delivery.services.handouts import leave_handout
from courses.learning.lessons import Screen, screens_of
from courses.learning.models import LessonTaken, QuizAttempt, SelfDeclared
from courses.learning.questions import KINDS, Given
from courses.learning.reporters import lessons_in_order
from courses.learning.services import rebuild_progress
from lms.accounts.demo import OnlyInDemo, make_demo_users
from lms.accounts.models import CareGroup, Practice, Profession, User
from lms.web.pdf import pdf_of
from trainers.models import Trainer
from trainers.services import assign_trainer
from video_review.models import Consent, Recording

EDITION = "Leergang Twente (demo)"
LATER_EDITION = "Leergang Achterhoek (demo)"
START = time(17, 30)
SATURDAY, SUNDAY = 5, 6
# days from today; the tracks so far apart that no weekend puts them on one evening
DAYS = {"1": -14, "2": 9, "3A": 57, "3B": 60, "4A": 85, "4B": 88}
LATER_DAYS = {"1": 45, "2": 66, "3A": 115, "3B": 118, "4A": 143, "4B": 146}
FIRST_EVENING = "1"
PLACE = "Gezondheidscentrum De Esch, Borne"
LATER_PLACE = "Huisartsenpost, Doetinchem"
DEMO_COUPLE = ("huisarts@demo.example", "verpleegkundige@demo.example")
TRAINER = "trainer@demo.example"
SECOND_TRAINER = ("tweede.trainer@demo.example", "Trainer", "Esdoorn")
# practice, its huisarts and its POH or PVK with how many lessons each has done
COUPLES = [
    ("Praktijk Boomgaard (demo)", "Hengelo", ("Appel", 45), ("Peer", "poh", 45)),
    ("Praktijk Kersenhof (demo)", "Enschede", ("Kers", 31), ("Pruim", "pvk", 45)),
    ("Praktijk Notenlaan (demo)", "Almelo", ("Hazelaar", 0), ("Walnoot", "poh", 13)),
    ("Praktijk Berkenplein (demo)", "Oldenzaal", ("Berk", 45), ("Wilg", "poh", 38)),
    ("Praktijk Bessenkamp (demo)", "Delden", ("Braam", 3), ("Framboos", "pvk", 9)),
]
ALL_LESSONS = 45
WALL = {  # what a trainer wrote over after the first evening
    "title": "Wat er op de muur hing",
    "lead": "Avond 1: jullie eigen woorden bij “toen ik zelf moest kiezen”.",
    "rows": [
        {
            "title": "Dit hielp",
            "text": "Dat er even niets gezegd werd. Dat iemand vroeg wat ik er thuis aan had.",
            "say": "“Neem dit mee en bel me donderdag.”",
        },
        {
            "title": "Dit hielp niet",
            "text": "Vier mogelijkheden in één adem. Een folder zonder vraag erbij.",
            "say": "“En wat zou u zelf doen, dokter?”",
        },
    ],
    "closing": "Neem één regel mee naar je spreekuur. De volgende keer beginnen we ermee.",
}
SINCE_THEN = timedelta(days=10)  # the lessons were taken in these
SECONDS_PER_LESSON = 235


def on(day: date) -> datetime:
    """An evening on this day; in a weekend on the working day beside it."""
    beside = {SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0)
    return timezone.make_aware(datetime.combine(day + timedelta(days=beside), START))


def starts(days: dict[str, int]) -> dict[str, datetime]:
    today = timezone.localdate()
    return {code: on(today + timedelta(days=after)) for code, after in days.items()}


def make_person(
    email: str, first: str, last: str, *, profession: str, practice: Practice | None = None
) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, first_name=first, last_name=last)
    user.profession = Profession.objects.get(code=profession)
    user.practice = practice
    user.save(update_fields=["profession", "practice"])
    return user


def demo_couple(region: CareGroup) -> tuple[User, User]:
    first, second = (
        User.objects.select_related("practice").get(email=email) for email in DEMO_COUPLE
    )
    Practice.objects.filter(users=first).update(care_group=region)
    return first, second


def right_answer(screen: Screen) -> Given:
    if screen.is_question:
        return KINDS[screen.kind].right(screen.value)
    return {"declared": screen.value["text"]}


def take_lessons(enrolment: Enrolment, content: ContentVersion, count: int) -> None:
    """The first lessons, with the right answers, on evenings after the first one."""
    begun = timezone.now() - SINCE_THEN
    lessons = lessons_in_order(outline(content))[:count]
    for place, lesson in enumerate(lessons):
        screens = screens_of(lesson_body(content, lesson.key) or [])
        started = begun + place * (SINCE_THEN - timedelta(days=1)) / count
        finished = started + timedelta(seconds=SECONDS_PER_LESSON)
        LessonTaken.objects.create(
            enrolment=enrolment,
            lesson_key=lesson.key,
            module_key=lesson.module_key,
            started_at=started,
            completed_at=finished,
            seconds=SECONDS_PER_LESSON,
            screens_read=len(screens),
        )
        for screen in screens:
            if not screen.key:
                continue
            QuizAttempt.objects.create(
                enrolment=enrolment,
                lesson_key=lesson.key,
                question=screen.key,
                given=right_answer(screen),
                is_correct=True,
                answered_at=finished,
            )


def fill_first_evening(edition: Edition) -> None:
    evening = edition.evenings.get(code=FIRST_EVENING)
    Attendance.objects.bulk_create(
        Attendance(enrolment=enrolment, evening=evening, status=Attendance.Status.PRESENT)
        for enrolment in edition.enrolments.all()
    )


def leave_wall(edition: Edition) -> None:
    """What a trainer leaves with the evening that was."""
    trainer = User.objects.get(email=TRAINER)
    terms = {"rights_holder": str(trainer), "licence": "CC BY-SA 4.0"}
    file = SimpleUploadedFile("muur-avond-1.pdf", pdf_of("paper/hand_out.html", WALL | terms))
    leave_handout(
        edition.evenings.get(code=FIRST_EVENING),
        file,
        by=trainer,
        title=WALL["title"],
        licence=Licence.CC_BY_SA,
        content_source="Van de flap-over overgeschreven",
        rights_holder=str(trainer),
        is_for_afterwards=True,
    )


def put_trainers(edition: Edition) -> None:
    lead = User.objects.get(email=TRAINER)
    email, first, last = SECOND_TRAINER
    second = make_person(email, first, last, profession="poh")
    huisarts = Profession.objects.get(code="huisarts")
    for user, background, is_supervisor in (
        (lead, huisarts, True),
        (second, Profession.objects.get(code="poh"), False),
    ):
        Trainer.objects.update_or_create(
            user=user,
            defaults={
                "background": background,
                "status": Trainer.Status.QUALIFIED,
                "is_supervisor": is_supervisor,
            },
        )
        for evening in edition.evenings.all():
            assign_trainer(evening, user, EveningTrainer.Role.TRAINER)


def enrol_everybody(edition: Edition, region: CareGroup) -> None:
    lessons_done = dict.fromkeys(DEMO_COUPLE, ALL_LESSONS)
    enrol_couple(edition, *demo_couple(region))
    for name, place, (first, first_count), (second, profession, second_count) in COUPLES:
        practice, _ = Practice.objects.get_or_create(
            name=name, place=place, defaults={"care_group": region}
        )
        people = []
        for last, code, count in (
            (first, "huisarts", first_count),
            (second, profession, second_count),
        ):
            email = f"{last.lower()}@demo.example"
            people.append(make_person(email, "Deelnemer", last, profession=code, practice=practice))
            lessons_done[email] = count
        enrol_couple(edition, *people)
    for enrolment in edition.enrolments.select_related("participant", "edition"):
        take_lessons(enrolment, edition.content, lessons_done[enrolment.participant.email])
        if enrolment.participant.last_name in ("Appel", "Wilg"):
            declare_reflection(enrolment)
        rebuild_progress(enrolment)


def declare_reflection(enrolment: Enrolment) -> None:
    row = enrolment.progress.filter(kind="kba_reflection").first()
    if row is not None:
        SelfDeclared.objects.create(enrolment=enrolment, assignment_key=row.assignment_key)


@transaction.atomic
def load_demo() -> bool:
    """Make the demo edition; answer whether there was none yet."""
    load_professions()
    make_demo_users()
    if Edition.objects.filter(title=EDITION).exists():
        return False
    content = publish_version(CoursePage.objects.get(slug="leergang"))
    region, _ = CareGroup.objects.get_or_create(name="Zorggroep Twente (demo)")
    edition = make_edition(
        title=EDITION, content=content, region="Twente", starts=starts(DAYS), place=PLACE
    )
    make_edition(
        title=LATER_EDITION,
        content=content,
        region="Achterhoek",
        starts=starts(LATER_DAYS),
        place=LATER_PLACE,
    )
    put_trainers(edition)
    enrol_everybody(edition, region)
    fill_first_evening(edition)
    leave_wall(edition)
    Edition.objects.filter(title__in=[EDITION, LATER_EDITION]).update(published_at=timezone.now())
    return True


@transaction.atomic
def shift_demo_dates() -> int:
    """Move the demo editions so that today is where it was; answer how many days that took."""
    if not settings.IS_DEMO:
        raise OnlyInDemo
    shifted = 0
    for title, days in ((LATER_EDITION, LATER_DAYS), (EDITION, DAYS)):
        edition = Edition.objects.filter(title=title).first()
        if edition is None:
            continue
        wanted = starts(days)
        first = edition.evenings.get(code=FIRST_EVENING)
        shifted = (wanted[FIRST_EVENING].date() - first.starts_at.date()).days
        if shifted:
            move_evenings(edition, wanted)
            keep_recordings(edition, timedelta(days=shifted))
    return shifted


def keep_recordings(edition: Edition, by: timedelta) -> None:
    """Their last day moves along, or a demo that rested for a month would start empty."""
    for consent in Consent.objects.filter(enrolment__edition=edition):
        consent.delete_by += by
        consent.save(update_fields=["delete_by"])
    Recording.objects.filter(enrolment__edition=edition).update(expires_at=F("expires_at") + by)
