"""What the tests share."""

from datetime import datetime, timezone
from pathlib import Path

import pytest
import qualify

ROOT = Path(__file__).resolve().parents[3]

RULES = """
lead key id { size integer from 1 to 1000000, city text }
event visited (page text)
when visited pricing within 7d add 20
when size > 100 add 10.25
stage Lead
stage MQL if score >= 30
"""

AS_OF = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def model():
    return qualify.Model.from_text(RULES)


@pytest.fixture
def as_of():
    return AS_OF


@pytest.fixture
def rows():
    """Leads and events as columns."""
    leads = {"id": ["a", "b", "c"], "size": [500, 5, None]}
    events = {
        "id": ["b", "a", "c"],
        "time": [
            datetime(2025, 12, 31, tzinfo=timezone.utc),
            datetime(2025, 12, 30, tzinfo=timezone.utc),
            datetime(2025, 12, 1, tzinfo=timezone.utc),
        ],
        "event": ["visited", "visited", "visited"],
        "page": ["pricing", "pricing", "pricing"],
    }
    return leads, events
