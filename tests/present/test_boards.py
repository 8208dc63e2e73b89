"""The tables that the screens draw: every cell says what the marts say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.marts import load_marts
from kpi.present import indicator as indicator_view
from kpi.present import partner as partner_view
from kpi.present.attention import Attention, attention
from kpi.present.headlines import headline_verdicts, headlines_of
from kpi.present.portfolio import (
    BY_ATTENTION,
    BY_NAME,
    Judged,
    Portfolio,
    portfolio,
    received_note,
    score_cell,
    sort_key,
    summary,
)
from kpi.present.prose import text_of
from kpi.present.wording import STATUSES, cell_value
from kpi.signals.review import review
from kpi.signals.scorecard import scorecard
from kpi.signals.series import Signals, read_signals
from tests.present.escalated import escalation

CATALOG = load_catalog()
OCTOBER = date(2026, 10, 1)
DAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def marts(sample_store):
    return load_marts(sample_store, CATALOG, scope=EVERYTHING)


@pytest.fixture(scope="module")
def signals(marts) -> Signals:
    return read_signals(marts, CATALOG, month=marts.last_month)


@pytest.fixture(scope="module")
def judged(marts, signals) -> dict[int, Judged]:
    """By window."""
    month, told = marts.last_month, headline_verdicts(signals)
    found, scores = review(marts, CATALOG, (), (), DAY), scorecard(marts, CATALOG, month)
    return {window: Judged(found, headlines_of(marts, CATALOG, told, month, window), scores) for window in (1, 3, 12)}


def drawn(marts, judged, window: int, order: str) -> Portfolio:
    return portfolio(marts, CATALOG, judged[window], marts.last_month, window, order)


def counts(**given: int) -> dict[str, int]:
    return dict.fromkeys(STATUSES, 0) | {name.replace("_", " "): count for name, count in given.items()}


def rows(board: str) -> list[dict]:
    return [row for row in json.loads(board)["rows"] if "heading" not in row]


@pytest.mark.parametrize("window", [1, 3, 12])
def test_every_cell_of_the_portfolio_is_the_figure_of_the_marts(marts, judged, window):
    month = marts.last_month
    table = json.loads(drawn(marts, judged, window, BY_NAME).board)
    value, status = ("value", "status") if window == 1 else (f"rolling_{window}", f"status_{window}")
    figures = marts.kpi_monthly
    figures = figures[(figures["grain"] == "partner") & (figures["month"] == pd.Timestamp(month))]
    names = marts.register.drop_duplicates("partner_id").set_index("partner_name")["partner_id"]
    assert len(table["rows"]) == len(names)
    assert [column["name"] for column in table["columns"]] == [
        "Open escalations",
        "Score",
        *(indicator.name for indicator in CATALOG.headlines),
    ]
    for row in table["rows"]:
        mine = figures[figures["partner_id"] == names[row["name"]]].set_index("kpi_id")
        for indicator, cell in zip(CATALOG.headlines, row["cells"][2:], strict=True):
            assert cell["s"] == mine.loc[indicator.id, status]
            if cell["s"] not in ("no data", "no activity"):
                assert cell["v"] == cell_value(indicator, mine.loc[indicator.id, value])


def test_every_cell_carries_the_verdicts_of_its_series(marts, judged, signals):
    table = json.loads(drawn(marts, judged, 1, BY_NAME).board)
    names = marts.register.drop_duplicates("partner_id").set_index("partner_name")["partner_id"]
    series = signals.series.set_index(["partner_id", "kpi_id"])
    shown = 0
    for row in table["rows"]:
        for indicator, cell in zip(CATALOG.headlines, row["cells"][2:], strict=True):
            mine = series.loc[(names[row["name"]], indicator.id)]
            variation = [icon for icon in cell.get("i", []) if icon.startswith(str(mine["variation"] or "no point"))]
            assert len(variation) == (mine["variation"] != "")
            assert (mine["assurance"] in cell.get("i", [])) is (mine["assurance"] != "not known" and not mine["trial"])
            shown += len(cell.get("i", []))
    assert shown


def test_every_partner_shows_its_escalations_and_its_score(marts, judged):
    table = json.loads(drawn(marts, judged, 1, BY_NAME).board)
    names = marts.register.drop_duplicates("partner_id").set_index("partner_name")["partner_id"]
    scores = {score.partner_id: score for score in judged[1].scores}
    for row in table["rows"]:
        partner = names[row["name"]]
        mine = [e for e in judged[1].review.escalations if e.partner_id == partner and e.open and not e.covered_by]
        counted = {state: int(text.split(" × ")[1]) for state, text in row["cells"][0].get("p", [])}
        assert sum(counted.values()) == len(mine)
        assert set(counted) == {f"tier {e.tier}" for e in mine}
        assert row["cells"][1]["v"].split()[0] == f"{scores[partner].capped:.0f}"


def test_partners_stand_by_attention_or_by_name(marts, judged):
    by_name = [row["name"] for row in rows(drawn(marts, judged, 1, BY_NAME).board)]
    assert by_name == sorted(by_name, key=str.casefold)
    tiers = [
        max((int(state.split()[1]) for state, _ in row["cells"][0].get("p", [])), default=0)
        for row in rows(drawn(marts, judged, 1, BY_ATTENTION).board)
    ]
    assert tiers == sorted(tiers, reverse=True)
    assert max(tiers) > min(tiers)


def test_an_escalation_comes_before_figures_and_silence_before_a_missed_target():
    silent, missed, past = counts(no_data=8), counts(missed=3, met=5), counts(past_limit=1, met=7)
    raised = Attention((escalation(CATALOG, "no_data"),))
    asked = [("a", Attention(), missed), ("b", Attention(), silent), ("c", Attention(), past), ("d", raised, missed)]
    ordered = sorted(asked, key=lambda p: sort_key(p[1], p[2], p[0], BY_ATTENTION))
    assert [name for name, *_ in ordered] == ["d", "c", "b", "a"]


RAISED = Attention((escalation(CATALOG, "no_data"),))


@pytest.mark.parametrize(
    ("partners", "found", "incomplete", "sentence"),
    [
        (
            {"a": counts(past_limit=2), "b": counts(met=2), "c": counts(no_data=2)},
            {"c": RAISED},
            ["c"],
            "C (no data past the reporting day) needs attention first, with the joint steering committee. 1 of 3 "
            "partners has open escalations, 1 in all, 1 not acknowledged; 1 has not reported for October 2026.",
        ),
        (
            {"a": counts(past_limit=2), "b": counts(met=1, no_data=1), "c": counts(no_data=2)},
            {},
            ["b", "c"],
            "No partner has an open escalation; 1 has not reported and 1 sent incomplete data for October 2026.",
        ),
        ({"a": counts(met=2), "b": counts(met=2)}, {}, [], "No partner has an open escalation."),
        ({"a": counts(past_limit=1)}, {}, [], "The partner has no open escalation."),
        (
            {"a": counts(no_data=2)},
            {"a": RAISED},
            ["a"],
            "A (no data past the reporting day) needs attention, with the joint steering committee. 1 escalation "
            "open, 1 not acknowledged; it has not reported for October 2026.",
        ),
    ],
)
def test_the_summary_in_two_sentences(partners, found, incomplete, sentence):
    received = {partner: ["on time", "missing" if partner in incomplete else "late"] for partner in partners}
    names = {partner: partner.upper() for partner in partners}
    assert text_of(summary(found, list(names), names, CATALOG, partners, received, OCTOBER)) == sentence


@pytest.mark.parametrize(
    ("states", "note"),
    [
        (["on time", "on time"], ""),
        (["on time", "missing", "late"], "1 of 3 datasets missing, 1 of 3 late"),
        (["on time", "not due yet"], "1 of 2 not due yet"),
        ([], ""),
    ],
)
def test_a_partners_note_says_what_has_not_arrived(states, note):
    assert received_note(states, counts(met=1)) == note
    assert received_note(states, counts(no_data=8)) == "nothing reported"


def test_a_score_shows_its_ranks_and_that_it_is_capped(judged):
    score = next(score for score in judged[1].scores if score.score is not None)
    free = replace(score, score=72.4, capped=72.4, rating_cap=None, low=65.0, high=80.0, rank_low=3, rank_high=5, of=8)
    cell = score_cell(free)
    assert (cell.text, cell.note, cell.span) == ("72", "ranks 3–5 of 8", (65.0, 80.0, 72.4))
    capped = score_cell(replace(free, rating_cap=50.0, capped=50.0, rank_high=3))
    assert (capped.text, capped.note, capped.span) == ("50 capped", "rank 3 of 8", (50.0, 50.0, 50.0))
    assert capped.tip.startswith("72 before it was capped")
    none = score_cell(replace(free, score=None, capped=None))
    assert (none.text, none.note, none.span) == ("–", "too few figures", None)


def test_a_partners_table_holds_every_indicator_under_its_category(marts, signals):
    partner = str(marts.register["partner_id"].iloc[0])
    table = json.loads(partner_view.indicators_board(marts, CATALOG, signals, partner, marts.last_month, 1))
    shown = {row["name"] for row in table["rows"] if "heading" not in row}
    figures = marts.kpi_monthly
    known = figures[(figures["partner_id"] == partner) & (figures["month"] == pd.Timestamp(marts.last_month))]
    assert shown == {CATALOG.indicators[kpi].name for kpi in known["kpi_id"]}
    assert table["rows"][0] == {"heading": CATALOG.categories[0].name}


def test_a_partners_open_escalations_say_what_is_expected_of_whom(judged):
    found = attention(judged[1].review.escalations, CATALOG, DAY)
    most = max(found.values(), key=lambda one: len(one.open))
    table = json.loads(partner_view.escalations_board(most, CATALOG, DAY))
    assert [row["opens"]["escalation"] for row in table["rows"]] == [e.id for e in most.open]
    assert [row["cells"][1]["v"] for row in table["rows"]] == [e.rule.response for e in most.open]
    assert partner_view.escalations_board(Attention(), CATALOG, DAY) == ""


def test_sites_stand_side_by_side_only_where_there_are_two(marts):
    sites = marts.register.groupby("partner_id")["site_id"].nunique()
    one, two = str(sites[sites == 1].index[0]), str(sites[sites > 1].index[0])
    assert partner_view.sites_board(marts, CATALOG, one, marts.last_month, 1) == ""
    table = json.loads(partner_view.sites_board(marts, CATALOG, two, marts.last_month, 1))
    assert len(table["columns"]) == sites[two]


def test_coverage_has_a_column_for_each_of_twelve_months(marts):
    partner = str(marts.register["partner_id"].iloc[0])
    titles = {name: name for name in CATALOG.calendar.datasets}
    table = json.loads(partner_view.coverage_board(marts, partner, marts.last_month, titles))
    assert len(table["columns"]) == 12
    assert {cell.get("s", "") for row in table["rows"] for cell in row["cells"]} <= {*marts.coverage["state"], ""}


def test_products_of_an_indicator_that_has_none_give_no_table(marts):
    partner = str(marts.register["partner_id"].iloc[0])
    found = indicator_view.entities_board(
        marts, CATALOG.indicators["findings_per_audit"], "product", partner, marts.last_month, 1
    )
    assert found == ""


def test_two_partners_of_one_name_stay_apart_in_links(marts):
    from dataclasses import replace

    from kpi.present.rows import labels_of

    register = pd.DataFrame({"partner_id": ["A1", "B2", "C3"], "partner_name": ["Twin", "Twin", "Other"]})
    assert labels_of(replace(marts, register=register)) == {"C3": "Other", "A1": "Twin (A1)", "B2": "Twin (B2)"}
