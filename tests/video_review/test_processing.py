import pytest
from django.core.files.storage import storages

from lms.jobs.lease import LeaseLost
from lms.jobs.models import Job
from lms.jobs.models import Status as JobStatus
from lms.jobs.processing import sweep
from lms.mail.models import OutgoingMail
from tests.video_review.journeys import AAC, H264, make_film, send_in, work
from video_review import incoming, sealed_store
from video_review.models import Blob, Failure, Recording, Segment, Status
from video_review.processing import destruction, film
from video_review.processing.destruction import Reason
from video_review.services import recordings

pytestmark = [pytest.mark.django_db, pytest.mark.ffmpeg]

# Too few keyframes to be cut as it is: it has to be encoded.
SPARSE = (*H264, "-g", "500", *AAC)


def test_a_film_that_fits_is_repackaged_checked_and_loses_its_original():
    recording = work(send_in(make_film()))
    rendition = recording.renditions.get()
    assert (recording.status, recording.percent, recording.damage) == (Status.COMPLETE, 100, [])
    assert (rendition.width, rendition.height, rendition.is_complete) == (320, 180, True)
    assert round(sum(segment.duration for segment in rendition.segments.all())) == 10
    assert [segment.position for segment in rendition.segments.all()] == [0, 1, 2]
    assert sorted(recording.blobs.values_list("kind", flat=True)) == ["peaks", "poster", "sprite"]
    assert recording.upload.parts.count() == 0
    assert incoming_names(recording) == []
    assert stored(recording) == known(recording)


def test_any_other_film_is_encoded_and_gets_a_ladder():
    content = make_film(*SPARSE, "-vf", "scale=1280:720", name="large.mov")
    recording = work(send_in(content))
    assert recording.status == Status.COMPLETE
    sizes = sorted((one.width, one.height) for one in recording.renditions.all())
    assert sizes == [(854, 480), (1280, 720)]
    assert {one.is_complete for one in recording.renditions.all()} == {True}
    assert stored(recording) == known(recording)


def test_it_can_be_watched_from_its_first_segment(monkeypatch):
    recording = send_in(make_film())
    seen = []

    def look(work, rendition, segment, **options):
        keep(work, rendition, segment, **options)
        recording.refresh_from_db()
        seen.append((segment.index, recording.status, rendition.is_complete))

    keep = film.keep_segment
    monkeypatch.setattr(film, "keep_segment", look)
    work(recording)
    assert seen == [(position, Status.WATCHABLE, False) for position in range(3)]


@pytest.mark.parametrize("dies_at", [0, 1, 2])
def test_a_worker_that_dies_halfway_is_followed_by_one_that_begins_anew(monkeypatch, dies_at):
    recording = send_in(make_film())
    keep = film.keep_segment

    class Killed(BaseException):
        pass

    def die(work, rendition, segment, **options):
        if segment.index == dies_at:
            sealed_store.put_file(recording.public_id, segment.path, suffix=".ts")
            raise Killed
        keep(work, rendition, segment, **options)

    monkeypatch.setattr(film, "keep_segment", die)
    with pytest.raises(Killed):
        work(recording)
    monkeypatch.setattr(film, "keep_segment", keep)
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    work(recording)
    assert recording.status == Status.COMPLETE
    assert recording.renditions.get().segments.count() == 3
    assert stored(recording) == known(recording)


def test_a_worker_that_dies_after_the_first_rendition_keeps_it(monkeypatch):
    recording = send_in(make_film(*SPARSE, "-vf", "scale=1280:720", name="large.mov"))

    def die(*_arguments):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(film, "make_other_renditions", die)
        with pytest.raises(SystemExit):
            work(recording)
    first = recording.renditions.get()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    work(recording)
    assert recording.status == Status.COMPLETE
    assert recording.renditions.count() == 2
    assert recording.renditions.contains(first)


def test_a_worker_whose_lease_is_gone_writes_nothing(monkeypatch):
    recording = send_in(make_film())
    keep = film.keep_segment

    def lose(work, rendition, segment, **options):
        Job.objects.update(token=None)
        keep(work, rendition, segment, **options)

    monkeypatch.setattr(film, "keep_segment", lose)
    work(recording)
    assert recording.status == Status.RECEIVED
    assert Segment.objects.count() == 0
    assert stored(recording) == known(recording)
    assert len(incoming_names(recording)) == 1


def test_a_recording_destroyed_meanwhile_gets_nothing_more(monkeypatch):
    recording = send_in(make_film())
    keep = film.keep_segment

    def destroy(work, rendition, segment, **options):
        found = destruction.begin_destruction(recording, reason=Reason.OWNER)
        destruction.destroy_everything(found)
        keep(work, rendition, segment, **options)

    monkeypatch.setattr(film, "keep_segment", destroy)
    work(recording)
    assert recording.status == Status.DESTROYED
    assert (Segment.objects.count(), Blob.objects.count()) == (0, 0)
    assert (stored(recording), incoming_names(recording)) == ([], [])


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"Geachte collega, hierbij de opname.\n" * 50, Failure.NOT_A_VIDEO),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///var/other.mp4\n#EXT-X-ENDLIST\n", Failure.NOT_A_VIDEO),
    ],
)
def test_a_file_that_is_no_film_ends_with_a_reason_and_one_mail(content, failure):
    recording = work(send_in(content))
    assert (recording.status, recording.failure) == (Status.FAILED, failure)
    assert Job.objects.get(kind=film.KIND).status == JobStatus.DONE
    mail = OutgoingMail.objects.get()
    assert mail.recipient == recording.enrolment.participant


def test_sound_alone_ends_with_a_reason_of_its_own():
    recording = work(send_in(make_film(*AAC, "-vn", name="voice.m4a")))
    assert (recording.status, recording.failure) == (Status.FAILED, Failure.NO_PICTURE)


def test_a_film_cut_short_says_where_and_keeps_its_original():
    content = make_film(*H264, *AAC, "-movflags", "+faststart", name="short.mp4")
    recording = work(send_in(content[: len(content) * 2 // 3]))
    assert recording.status == Status.COMPLETE
    assert 4 < recording.damage[0] < 9
    assert len(incoming_names(recording)) == 1


def test_after_three_attempts_it_says_so_and_can_be_tried_again():
    recording = send_in(make_film())
    Job.objects.filter(kind=film.KIND).update(attempts=3)
    sweep(publish=lambda pk, queue: None)
    recording.refresh_from_db()
    assert (recording.status, recording.failure) == (Status.FAILED, Failure.GAVE_UP)
    recordings.retry(recording, actor=recording.enrolment.participant)
    assert work(recording).status == Status.COMPLETE


def test_what_failed_by_its_own_fault_is_not_tried_again():
    recording = work(send_in(b"geen film" * 40))
    with pytest.raises(recordings.NotRetried):
        recordings.retry(recording, actor=recording.enrolment.participant)


def test_a_finished_recording_processed_again_only_loses_its_original(monkeypatch):
    recording = send_in(make_film())
    with monkeypatch.context() as patched:
        patched.setattr(film.original, "forget", lambda recording: (_ for _ in ()).throw(LeaseLost))
        work(recording)
    assert len(incoming_names(recording)) == 1
    before = stored(recording)
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    work(recording)
    assert (incoming_names(recording), stored(recording)) == ([], before)


def incoming_names(recording):
    folder = incoming.prefix_of(recording.public_id)
    store = storages["incoming"]
    return store.listdir(folder)[1] if store.exists(folder) else []


def stored(recording):
    return sealed_store.names_of(recording.public_id)


def known(recording: Recording):
    segments = Segment.objects.filter(rendition__recording=recording)
    names = [*segments.values_list("name", flat=True)]
    return sorted([*names, *recording.blobs.values_list("name", flat=True)])
