"""What every test can use: a cast of people, a clock that stands still, both databases."""

import os
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from courses.curriculum.reading import kept_outline
from lms.audit import triggers
from tests.databases import make_test_databases
from tests.factories.curriculum import make_course

# Playwright's own loop runs in the thread of the test; the ORM beside it is ours alone.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_make_parametrize_id(val, argname):
    """The content of a file names no test: a file made at another second is another name."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items):
    """A test that may touch the database may touch both: recordings and their keys."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None and "databases" not in mark.kwargs:
            both = mark.kwargs | {"databases": ["default", "keys"]}
            item.add_marker(pytest.mark.django_db(*mark.args, **both), append=False)
        if item.path.is_relative_to(settings.BASE_DIR / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """Tests run in copies of databases that were migrated once: see ``tests.databases``."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, django_db_blocker, folders
):
    with django_db_blocker.unblock():
        make_test_databases()


@pytest.fixture(scope="session", autouse=True)
def folders():
    for folder in ("broker/queue", "broker/control", "broker/processed", "incoming", "recordings"):
        (settings.VAR_DIR / folder).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def nothing_kept():
    """No test is shown what another one had kept at hand."""
    cache.clear()
    kept_outline.cache_clear()


@pytest.fixture
def media_folder(settings, tmp_path):
    """What editors upload lands in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def course(db):
    """As editors write it; nothing of it is published yet."""
    return make_course()


@pytest.fixture
def clock(monkeypatch):
    """Time stands still until a test moves it: ``clock.now += timedelta(hours=1)``."""
    clock = SimpleNamespace(now=timezone.now())
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture(autouse=True)
def log_may_be_emptied(request):
    """Tests with real transactions end by emptying every table, also the one that refuses it;
    ``migrate`` and the emptying itself put the refusal back."""
    yield
    mark = request.node.get_closest_marker("django_db")
    is_transactional = "transactional_db" in request.fixturenames or (
        mark is not None and mark.kwargs.get("transaction")
    )
    if is_transactional:
        triggers.remove(connection)
