"""The table of addresses, walked by everybody with every method."""

import json
import re
from urllib.parse import urlencode

import pytest
from django.db import connections, transaction

from tests.permissions.routes import SAFE, lines, paths_in_table, walk
from tests.permissions.world import VISITORS, make_world

pytestmark = pytest.mark.django_db

# Nobody's work: that a visit goes on, and that somebody who guesses is counted.
ALWAYS_WRITTEN = {"django_session"}
WRITES = re.compile(
    r"\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+[\"`]?(\w+)", re.IGNORECASE
)
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture
def world():
    return make_world()


def requested(line):
    """How the page itself would send it."""
    headers = line.sends.get("headers", {})
    if "json" in line.sends:
        return "application/json", line.sends["json"], headers
    return FORM_TYPE, line.sends.get("data", {}), headers


def ask(client, line, method, ids):
    """The answer, and which tables were written; all of it undone afterwards."""
    written = set()

    def watch(execute, sql, params, many, context):
        found = WRITES.match(sql)
        if found:
            written.add(found[1])
        return execute(sql, params, many, context)

    kind, data, headers = requested(line)
    data = {name: ids.get(value, value) for name, value in data.items()}
    if method in SAFE:
        body = ""
    else:
        body = json.dumps(data, default=str) if kind != FORM_TYPE else urlencode(data)
    cookies = client.cookies.copy()
    with (
        connections["default"].execute_wrapper(watch),
        connections["keys"].execute_wrapper(watch),
        transaction.atomic(),
        transaction.atomic(using="keys"),
    ):
        answer = client.generic(
            method, line.address_of(ids), body, content_type=kind, headers=headers
        )
        for alias in ("default", "keys"):
            transaction.set_rollback(True, using=alias)
    client.cookies = cookies
    return answer, written


def is_declared(table_name, line):
    return table_name in ALWAYS_WRITTEN or any(table_name.startswith(one) for one in line.may_write)


def test_every_address_has_a_line_and_every_line_an_address():
    assert walk() == paths_in_table()


@pytest.mark.requirement("VID-05")
@pytest.mark.parametrize("who", VISITORS)
def test_everybody_gets_the_answer_of_the_table(who, world):
    client = world.client(who)
    expected, found, changed = {}, {}, {}
    for line in lines():
        for method in line.only:
            cell = f"{method} {line.path}"
            answer, written = ask(client, line, method, world.ids)
            expected[cell], found[cell] = line.expected(who, method), answer.status_code
            undeclared = {name for name in written if not is_declared(name, line)}
            if method in SAFE and undeclared:
                changed[cell] = undeclared
    different = {
        cell: f"{found[cell]}, not {expected[cell]}"
        for cell in found
        if found[cell] != expected[cell]
    }
    assert different == {}
    assert changed == {}
