from datetime import UTC, date, datetime

from video_review import retention


def test_recording_goes_thirty_days_after_the_session_it_was_made_for():
    day = retention.last_day(
        session_on=date(2026, 3, 12),
        last_session_on=date(2026, 6, 18),
        delete_by=date(2026, 7, 18),
        days=30,
    )
    assert day == date(2026, 4, 11)


def test_no_recording_lives_longer_than_thirty_days_after_the_last_session():
    assert retention.latest_day(last_session_on=date(2026, 6, 18), days=30) == date(2026, 7, 18)
    day = retention.last_day(
        session_on=date(2026, 9, 1),
        last_session_on=date(2026, 6, 18),
        delete_by=date(2026, 12, 31),
        days=30,
    )
    assert day == date(2026, 7, 18)


def test_the_day_on_the_consent_wins_when_it_comes_first():
    day = retention.last_day(
        session_on=date(2026, 3, 12),
        last_session_on=date(2026, 6, 18),
        delete_by=date(2026, 4, 1),
        days=30,
    )
    assert day == date(2026, 4, 1)


def test_the_last_moment_is_the_end_of_the_day_in_amsterdam():
    winter = retention.last_moment(date(2026, 1, 31))
    summer = retention.last_moment(date(2026, 7, 18))
    assert winter.astimezone(UTC) == datetime(2026, 1, 31, 22, 59, 59, 999999, tzinfo=UTC)
    assert summer.astimezone(UTC) == datetime(2026, 7, 18, 21, 59, 59, 999999, tzinfo=UTC)
