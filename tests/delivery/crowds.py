"""Many people who want the same thing at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

ROUNDS = 5
several_writers = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite writes one at a time anyway."
)


def ask_at_once(claim, people, *, refused):
    """How many of them get it; the others are refused."""
    together = Barrier(len(people))

    def ask(one):
        together.wait()
        try:
            claim(one)
        except refused:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as crowd:
        return sum(crowd.map(ask, people))
