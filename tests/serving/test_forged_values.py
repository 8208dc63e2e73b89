"""A browser that sends values which no widget of the page has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from kpi.access import PARTNER_SIDE, SPONSOR_SIDE
from kpi.ledger.store import open_store
from tests.serving.served import MARKER, Served, small_store
from tests.serving.talk import asking_who, cookie, tab
from tests.serving.test_own_files import granted

ADA = "ada@sponsor.example"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("forged")
    store = small_store(folder)
    granted(store, ADA, "administrator", SPONSOR_SIDE, None)
    with asking_who(folder, store.path) as dashboard:
        with tab(dashboard, cookie(dashboard, ADA)) as first:
            first.run()
        yield dashboard


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
