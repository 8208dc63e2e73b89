"""Partners of the sample as decks: everything fits, and charts hold what the marts hold."""

from __future__ import annotations

from datetime import date

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.qbr.choices import Choices
from kpi.qbr.deck import read_template, write_deck
from kpi.qbr.deck.metrics import ARIAL
from kpi.qbr.gather import load_source, pack_of, partners_of
from tests.qbr.deck.reading import charts_of, drawn_series, opened, outside, overflowing
from tests.qbr.deck.templates import narrow_template


def test_partners_of_the_sample(sample_store: Store) -> None:
    source = load_source(sample_store, load_catalog(), today=date(2026, 11, 25), scope=EVERYTHING)
    month = source.marts.last_month
    assert month is not None
    template = narrow_template()
    understood = read_template(template)
    for partner in list(partners_of(source))[::3]:  # the tests of the pack have them all
        pack = pack_of(source, Choices(partner, month))
        deck = opened(write_deck(pack))
        assert not outside(deck), partner
        assert not overflowing(deck, ARIAL, ARIAL), partner
        drawn = [page for page in pack.indicator_pages if page.months]
        charts = charts_of(deck)
        assert len(charts) == len(drawn)
        for page, chart in zip(drawn, charts, strict=True):
            values, *_ = (
                points for name, points in drawn_series(chart).items() if name.startswith(page.title[:10].split(":")[0])
            )
            assert values == {place: one.value for place, one in enumerate(page.months) if one.value is not None}
        narrow = opened(write_deck(pack, template))
        assert not outside(narrow), partner
        assert not overflowing(narrow, understood.text, understood.heading), partner
