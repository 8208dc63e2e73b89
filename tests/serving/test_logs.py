"""What libraries log, and what Streamlit tells of errors in callbacks: kind and place, never values."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi import incidents
from kpi.errors import UsageError
from kpi.log_lines import QuietFormatter
from pages.serving import logs

SECRET = "batch LOT-4711 of Helix"


def failing() -> None:
    raise ValueError(SECRET)


@pytest.fixture
def logged() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    logger, stream = logging.getLogger("uvicorn.test_of_ours"), io.StringIO()
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.propagate = False
    logs.set_up()
    yield logger, stream
    logger.removeHandler(handler)


def test_a_traceback_of_a_library_tells_the_place_and_no_value(
    logged: tuple[logging.Logger, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    logger, stream = logged
    for layout in ("text", "json"):
        monkeypatch.setenv("KPI_LOG_FORMAT", layout)
        try:
            failing()
        except ValueError:
            logger.exception("Exception in ASGI application\n")
    text, as_json = stream.getvalue().splitlines()
    assert SECRET not in stream.getvalue()
    assert "Exception in ASGI application: builtins.ValueError at tests/serving/test_logs.py" in text
    found = json.loads(as_json)
    assert (found["level"], found["logger"]) == ("error", "uvicorn.test_of_ours")
    assert found["error"].startswith("builtins.ValueError at tests/serving/test_logs.py")


def test_what_has_no_handler_is_told_like_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit starts uvicorn without one, so its errors come by Python's last resort."""
    assert logging.lastResort is not None
    monkeypatch.setattr(logging.lastResort, "formatter", None)
    logs.set_up()
    assert isinstance(logging.lastResort.formatter, QuietFormatter)


def test_a_message_of_several_lines_stays_one_line() -> None:
    entry = logging.LogRecord("kpi.x", logging.WARNING, "", 0, "first\nsecond %s", ("third\nfourth",), None)
    assert len(QuietFormatter().format(entry).splitlines()) == 1


def test_an_incident_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LOG_FORMAT", "json")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    try:
        failing()
    except ValueError as error:
        incident = incidents.record(error, "Portfolio")
    found = json.loads((tmp_path / "kpi.log").read_text(encoding="utf-8"))
    assert (found["event"], found["incident"], found["where"]) == ("incident", incident.id, "Portfolio")
    assert SECRET not in json.dumps(found)


def script_with_a_failing_callback() -> None:
    import streamlit as st

    from tests.serving.test_logs import failing

    st.button("Fail", on_click=failing)


def test_an_error_in_a_callback_is_an_incident_and_is_told_by_its_number_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AppTest has no ``on_script_error`` of its own; the handler is given to the run as the server gives it."""
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))

    def handled(error: BaseException, handler: object) -> None:
        assert isinstance(error, Exception)
        assert logs.told(error)

    monkeypatch.setattr("streamlit.runtime.scriptrunner.exec_code.handle_user_script_exception", handled)
    app = AppTest.from_function(script_with_a_failing_callback).run()
    app.button[0].click().run()
    assert not app.exception
    assert "Please quote incident" in app.error[0].value
    line = (tmp_path / "kpi.log").read_text(encoding="utf-8")
    assert "in a callback: builtins.ValueError" in line
    assert SECRET not in line + app.error[0].value


def test_an_error_for_people_is_told_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    assert logs.told(UsageError("Choose a month."))
    assert not (tmp_path / "kpi.log").exists()
