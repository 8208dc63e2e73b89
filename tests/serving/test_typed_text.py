"""What was typed survives a click that follows at once: two messages become one, and neither loses its fields."""

from __future__ import annotations

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from pages.serving import typed_text
from pages.serving.typed_text import keep_what_was_typed


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_requests, "_coalesce_widget_states", typed_text._folded)
    keep_what_was_typed()


def states(**values: str) -> WidgetStates:
    found = WidgetStates()
    for name, value in values.items():
        found.widgets.add(id=name, string_value=value)
    return found


def folded(*messages: tuple[str, WidgetStates | None]) -> tuple[str, dict[str, str]]:
    """The page and the fields of the one run that comes of these messages, all sent before it began."""
    requests = ScriptRequests()
    for page, fields in messages:
        assert requests.request_rerun(RerunData(page_script_hash=page, widget_states=fields))
    run = requests.on_scriptrunner_ready().rerun_data
    assert run.widget_states is not None
    return run.page_script_hash, {one.id: one.string_value for one in run.widget_states.widgets}


@pytest.mark.usefixtures("kept")
def test_a_text_is_not_lost_where_the_next_message_is_about_another_page() -> None:
    typed, left = states(comment="Plan agreed", month="2026-10"), states(month="2026-10")
    assert folded(("packs", typed), ("look-ahead", left)) == (
        "look-ahead",
        {"comment": "Plan agreed", "month": "2026-10"},
    )


@pytest.mark.usefixtures("kept")
def test_of_a_field_in_both_messages_the_newer_value_counts() -> None:
    assert folded(("packs", states(comment="Pla")), ("packs", states(comment="Plan"))) == ("packs", {"comment": "Plan"})
    assert folded(("packs", None), ("packs", states(comment="Plan"))) == ("packs", {"comment": "Plan"})
    assert folded(("packs", states(comment="Plan")), ("other", WidgetStates())) == ("other", {"comment": "Plan"})


def test_streamlit_alone_still_loses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this fails, Streamlit keeps it by itself, and pages/serving/typed_text.py can go."""
    monkeypatch.setattr(script_requests, "_coalesce_widget_states", typed_text._folded)
    assert folded(("packs", states(comment="Plan")), ("look-ahead", states(month="2026-10"))) == (
        "look-ahead",
        {"month": "2026-10"},
    )
