"""Moments as the ledger records them, to the microsecond, in the files of minutes and packs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from kpi.meeting.minutes import Minutes
from kpi.meeting.minutes_docx import write_minutes_docx
from kpi.meeting.minutes_pdf import write_minutes_pdf
from tests.meeting.made import some_minutes
from tests.qbr.packs import a_provenance

RECORDED = datetime(2026, 11, 25, 18, 39, 7, 123456)


@pytest.mark.parametrize("write", [write_minutes_pdf, write_minutes_docx])
def test_a_moment_to_the_microsecond_is_no_obstacle(write: Callable[[Minutes], bytes]) -> None:
    exact = replace(some_minutes(), issued_at=RECORDED, provenance=replace(a_provenance(), recorded_at=RECORDED))
    whole = RECORDED.replace(microsecond=0)
    rounded = replace(exact, issued_at=whole, provenance=replace(a_provenance(), recorded_at=whole))
    assert write(exact) == write(rounded)
