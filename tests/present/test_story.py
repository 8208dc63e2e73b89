"""A partner's month in three sentences, on cases made up for each thing that they can say."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.marts import load_marts
from kpi.present.attention import Attention
from kpi.present.prose import text_of
from kpi.present.story import Facts, story, tell, topic_of
from kpi.present.verdicts import Verdict
from kpi.signals.review import review
from kpi.signals.series import read_signals
from tests.present.escalated import escalation

CATALOG = load_catalog()
OCTOBER = date(2026, 10, 1)
RFT, RATE, CAPA = ("right_first_time", ""), ("deviation_rate", ""), ("capa_on_time", "")
NO_DATA = {RFT: SimpleNamespace(status="no data", value=float("nan"), target=0.9, limit=0.8, currency="")}


def figure(kpi: str, value: float, status: str = "met"):
    indicator = CATALOG.indicators[kpi]
    return SimpleNamespace(value=value, status=status, target=indicator.target, limit=indicator.limit, currency="")


def facts(now=None, before=None, verdicts=None, open_ones=(), last=OCTOBER) -> Facts:
    good = {RFT: figure("right_first_time", 0.95), RATE: figure("deviation_rate", 20.0)}
    return Facts(OCTOBER, good if now is None else now, good if before is None else before, verdicts or {},
                 Attention(tuple(open_ones)), last)  # fmt: skip


def common(assurance: str = "hit or miss", points: int = 24) -> Verdict:
    return Verdict("common cause", "", 0, assurance, points)


CONCERN = Verdict("concern", "7 months in a row below the mean", -1, "hit or miss", 24)
BETTER = Verdict("improvement", "outside the control limits, low", -1, "hit or miss", 24)


def said(given: Facts, part: str) -> str:
    return text_of(getattr(story(given, CATALOG), part))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (facts(), "In October 2026, 2 of 2 judged figures reach their target; no escalation is open now."),
        (
            facts({RFT: figure("right_first_time", 0.5, "past limit"), RATE: figure("deviation_rate", 30.0, "missed")}),
            "In October 2026, 0 of 2 judged figures reach their target, 1 misses it within the limit and 1 is past the "
            "limit (right first time); no escalation is open now.",
        ),
        (
            facts({RFT: figure("right_first_time", 1.0, "too few")}),
            "In October 2026 no figure rests on enough records to be judged; no escalation is open now.",
        ),
        (
            facts({**NO_DATA, RATE: figure("deviation_rate", 20.0)}),
            "In October 2026, 1 of 1 judged figure reaches its target; 1 was not reported; no escalation is open now.",
        ),
        (
            facts(NO_DATA, last=date(2026, 8, 1), open_ones=[escalation(CATALOG, "no_data")]),
            "Nothing was reported for October 2026, the last month with data is August 2026; 1 escalation is open now, "
            "with the joint steering committee.",
        ),
        (
            facts({}, {}, last=None),
            "Nothing was reported for October 2026, nor ever before; no escalation is open now.",
        ),
    ],
)
def test_where_it_stands(given, sentence):
    assert said(given, "stands") == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            facts(verdicts={RFT: CONCERN, RATE: BETTER}),
            "Special cause for the worse: Right first time at 95.0 % (7 months in a row below the mean); for the "
            "better: Deviation rate at 20.0 per 100 lots (outside the control limits, low).",
        ),
        (
            facts(verdicts={RFT: Verdict("concern", "outside the control limits, low", -1, "not known", 8)}),
            "Special cause for the worse: Right first time at 95.0 % (outside the control limits, low, by trial "
            "limits).",
        ),
        (
            facts(
                before={RFT: figure("right_first_time", 0.5, "past limit"), RATE: figure("deviation_rate", 20.0)},
                verdicts={RFT: common()},
            ),
            "No control chart shows a special cause; since September 2026, Right first time rose to 95.0 %, target met "
            "(before: past the limit).",
        ),
        (
            facts(verdicts={RFT: common(), RATE: common()}),
            "No control chart shows a special cause, and no figure changed its status since September 2026.",
        ),
        (facts(), "Control charts need more months, and no figure changed its status since September 2026."),
        (facts(before={}), "October 2026 is the first month, so there is nothing to compare with."),
        (
            facts(before=NO_DATA, verdicts={RFT: common()}),
            "No control chart shows a special cause, and September 2026 was not reported, so there is nothing to "
            "compare with.",
        ),
        (facts(NO_DATA, verdicts={RFT: CONCERN}), "What changed is not known until October 2026 is reported."),
    ],
)
def test_what_changed(given, sentence):
    assert said(given, "changed") == sentence


@pytest.mark.parametrize(
    ("given", "start"),
    [
        (facts(open_ones=[escalation(CATALOG, "past_limit", kpi_id="deviation_rate")]), "Deviation rate matters most"),
        (facts(open_ones=[escalation(CATALOG, "no_data")]), "No data past the reporting day matters most: a partner"),
        (
            facts(open_ones=[escalation(CATALOG, "several_past_limit", kpis=("deviation_rate", "capa_on_time"))]),
            "Deviation rate matters most",
        ),
        (facts(verdicts={RATE: CONCERN}), "Deviation rate matters most"),
        (facts({**NO_DATA, CAPA: figure("capa_on_time", 0.1, "past limit")}), "CAPA on time matters most: a CAPA"),
        (facts(verdicts={RFT: common(), RATE: common("consistently fails")}), "Deviation rate matters most"),
        (facts(verdicts={RFT: common()}), "No figure asks for a decision"),
        (facts(NO_DATA), "Without figures nobody can say"),
    ],
)
def test_why_it_matters_speaks_of_what_calls_loudest(given, start):
    assert said(given, "matters").startswith(start)


def test_a_special_cause_comes_before_a_figure_that_is_merely_past_its_limit():
    now = {RFT: figure("right_first_time", 0.5, "past limit"), RATE: figure("deviation_rate", 30.0, "missed")}
    assert topic_of(facts(now, verdicts={RFT: common(), RATE: CONCERN}), CATALOG) == RATE


def test_the_outlook_names_the_target_but_not_while_a_special_cause_is_at_work():
    fails = facts(verdicts={RATE: common("consistently fails")})
    assert said(fails, "matters").endswith(
        "as the process runs now, no month will reach the target (≤ 25.0 per 100 lots)."
    )
    assert "as the process runs" not in said(facts(verdicts={RATE: CONCERN}), "matters")


def test_what_moved_the_figure_stands_between_reason_and_outlook():
    given = facts(verdicts={RATE: common("consistently fails")})
    told = text_of(story(given, CATALOG, lambda key: f"Ulm moved {key[0]}").matters)
    assert "; Ulm moved deviation_rate; as the process runs" in told


def test_every_partner_and_month_of_the_sample_has_its_three_sentences(sample_store):
    marts = load_marts(sample_store, CATALOG, scope=EVERYTHING)
    judged = review(marts, CATALOG, (), (), date(2026, 11, 16))
    for month in (date(2024, 1, 1), date(2025, 6, 1), OCTOBER):
        signals = read_signals(marts, CATALOG, month=month)
        for partner in judged.panel.partners:
            told = tell(marts, CATALOG, judged, signals, partner, month)
            for sentence in (told.stands, told.changed, told.matters):
                text = text_of(sentence)
                assert text.endswith(".")
                assert ". " not in text
                assert "nan" not in text.casefold()
