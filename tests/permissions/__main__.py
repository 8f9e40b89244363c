"""Leaves out every clause once and prints which of them the table noticed."""

import sys
from pathlib import Path

import pytest

CLAUSES = Path(__file__).with_name("test_clauses.py")
PRINTED = ["--log-cli-level=INFO", "--log-cli-format=%(message)s"]

if __name__ == "__main__":
    sys.exit(pytest.main(["-q", *PRINTED, "-k", "every_clause", str(CLAUSES)]))
