"""Whoever does not get a file is told why, by its button and on the screen that is drawn anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.media_file_storage import MediaFileStorageError

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.errors import InputRefused, StoreUnavailable
from kpi.ledger.access import withdraw_access
from kpi.ledger.store import open_store
from pages.serving.answers import CHANGED, NOT_OFFERED_NOW, NOT_SIGNED_IN, NotHandedOut, why
from pages.shared import refusals, refused_files
from pages.shared.text import literal
from tests.serving.served import MARKER, Served, small_store
from tests.serving.talk import Tab, asking_who, cookie, tab
from tests.serving.test_own_files import granted, original_in

ADA, EVA = "ada@sponsor.example", "eva@helix.example"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("answers")
    store = small_store(folder)
    granted(store, ADA, "administrator", SPONSOR_SIDE, None)
    with asking_who(folder, store.path) as dashboard:
        with tab(dashboard, cookie(dashboard, ADA)) as first:
            first.run()
        yield dashboard


def answer_to(one: Tab, file: str) -> str:
    """What is said by the button that was pressed; "" where the file came."""
    assert one.address_of(file) == ""
    return ForwardMsg.FromString(one.frames[-1]).backend_operation_response.error_msg


def test_a_refused_press_is_answered_and_the_screen_drawn_anew(asked: Served) -> None:
    store = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}")
    granted(store, EVA, "viewer", PARTNER_SIDE, "OTHER")
    version = granted(store, EVA, "committee_member", PARTNER_SIDE, MARKER)
    with tab(asked, cookie(asked, EVA)) as eva:
        file = original_in(eva)
        withdraw_access(store, version, reason="moved", actor="set up", now=datetime.now(UTC), scope=EVERYTHING)
        assert answer_to(eva, file) == CHANGED
        drawn = eva.receive()
        assert literal(CHANGED) in drawn
        assert MARKER not in drawn
        assert eva.session_id in drawn
        assert literal(CHANGED) not in eva.run("submissions"), "it is said once"
    log = (asked.folder / "kpi.log").read_text()
    assert f"refused in a file: export, for {refusals.digest(EVA)}" in log
    assert "Traceback" not in asked.log
    assert file not in asked.log


def test_whoever_has_no_access_any_more_sees_the_door(asked: Served) -> None:
    store = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}")
    version = granted(store, "tom@helix.example", "viewer", PARTNER_SIDE, MARKER)
    with tab(asked, cookie(asked, "tom@helix.example")) as tom:
        file = original_in(tom)
        withdraw_access(store, version, reason="left", actor="set up", now=datetime.now(UTC), scope=EVERYTHING)
        assert answer_to(tom, file) == NOT_SIGNED_IN
        drawn = tom.receive()
        assert "You have no access yet" in drawn
        assert MARKER not in drawn


def test_a_button_that_is_not_there_any_more(asked: Served) -> None:
    store = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}")
    granted(store, "kim@helix.example", "viewer", PARTNER_SIDE, MARKER)
    with tab(asked, cookie(asked, "kim@helix.example")) as kim:
        kim.run("submissions", "submission=S000002")
        assert answer_to(kim, "0" * 32) == NOT_OFFERED_NOW
        drawn = kim.receive()
        assert literal(NOT_OFFERED_NOW) in drawn
        assert "Submission S000002" in drawn, "the same screen, with what was open on it"


def test_values_that_no_widget_has_break_nothing_and_fill_no_log(asked: Served) -> None:
    """A browser may send any value for any widget: of another kind, not among the options, not to be read at all."""
    store = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}")
    granted(store, "mal@helix.example", "viewer", PARTNER_SIDE, MARKER)
    with tab(asked, cookie(asked, "mal@helix.example")) as mal:
        for _ in range(2):
            mal.run("submissions")
        assert mal.widgets
        for text in ("MONTHLY-SECRET", "2025-99", "", "9" * 30):
            message = BackMsg()
            message.rerun_script.page_name = "submissions"
            for widget in mal.widgets:
                state = message.rerun_script.widget_states.widgets.add()
                state.id, state.string_value = widget, text
            said = mal.send(message)
            assert "OTHER" not in said
        message.rerun_script.ClearField("widget_states")
        for widget, kind in mal.widgets.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = widget
            if kind == "selectbox":
                state.bool_value = True
            else:
                state.json_value = "MONTHLY-SECRET"
        mal.send(message)
        assert "Submission" in mal.run("submissions", "submission=S000002"), "the tab goes on"
    for log in ("server.log", "kpi.log"):
        told = (asked.folder / log).read_text(errors="replace")
        assert "MONTHLY-SECRET" not in told
        assert "most recent call last" not in told


def test_what_is_said_of_what_went_wrong(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LOG", f"{tmp_path}/kpi.log")
    assert why(NotHandedOut(CHANGED)) == (CHANGED, True)
    for cause, refused in ((InputRefused("not yours"), True), (StoreUnavailable("in use"), False)):
        error = MediaFileStorageError("Callable execution failed: x")
        error.__cause__ = cause
        assert why(error) == (str(cause), refused)
    error.__cause__ = ValueError("a record")
    said, refused = why(error)
    assert "incident" in said
    assert "record" not in said
    assert not refused


def test_only_so_many_tabs_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused_files, "MOST_REMEMBERED", 2)
    for number in range(3):
        refused_files.keep(f"tab {number}", "why")
    assert [refused_files.taken(f"tab {number}") for number in (0, 1, 2, 2)] == ["", "why", "why", ""]
