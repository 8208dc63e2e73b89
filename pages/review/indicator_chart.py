"""The indicator screen's charts of one partner, site or product: verdicts, control chart, flagged months, phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.present import charts
from kpi.present import control as view
from kpi.present.chart_title import source_of
from kpi.present.control import Control
from pages.review import rebaselining
from pages.shared import board, icons, marts, pictures, problems
from pages.shared.session import DRAWN_AS, LIMITS, MONTH
from pages.shared.text import literal

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from kpi.catalog import Indicator
    from kpi.present.subject import Subject
    from pages.shared.session import Session

CONTROL, ROLLING = "Control chart", "Rolling 3 and 12 months"
USUAL, PRIMED = "Standard", "For overdispersion"
FLAGGED_HEIGHT = "18rem"  # seven months and a half: the cut row says that the list goes on


@dataclass(frozen=True)
class Chosen:
    """What the chart is about. ``series``: the subject's months of ``kpi_monthly`` in the order of time."""

    here: Session
    indicator: Indicator
    subject: Subject
    currency: str
    series: pd.DataFrame

    def drawn(self, name: str, choices: tuple[object, ...], make: Any) -> Any:
        key = (self.indicator.id, self.subject, self.currency, *choices)
        return marts.drawing(name, self.here.store, self.here.marts, self.here.scope, key, make)

    @property
    def heading(self) -> charts.Heading:
        return charts.Heading(self.subject.name, source_of(self.indicator, self.here.marts), self.currency)

    def file_name(self, kind: str) -> str:
        """What a picture of the chart is called: indicator, whose, kind of chart, month and ledger version."""
        who = f"{self.subject.name} {self.currency}".strip()
        return f"{self.indicator.name}, {who}, {kind}, {self.here.month:%Y-%m}, version {self.here.version}"


def show(chosen: Chosen) -> None:
    """The control chart with its verdicts, or the rolling figures."""
    said = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drawn_as = st.segmented_control("Chart", [CONTROL, ROLLING], default=CONTROL, required=True, key=DRAWN_AS)
        prime = drawn_as == CONTROL and _allows_for_overdispersion(chosen.indicator)
    if drawn_as == CONTROL:
        _control(chosen, prime, said)
    else:
        _rolling(chosen)


def _control(chosen: Chosen, prime: bool, said: DeltaGenerator) -> None:
    """``said`` takes the verdicts: they stand above the choices that they depend on."""
    here, indicator, subject = chosen.here, chosen.indicator, chosen.subject
    every = marts.rebaselines(here.store, here.marts, here.scope)
    phases = view.phases_of(every, indicator, subject, chosen.currency)

    def make() -> Control:
        found = marts.signals(here, grain=subject.grain, partner=subject.partner_id, kpis=(indicator.id,), prime=prime)
        signals = view.signals_of(found, subject, chosen.currency)
        return view.draw_control(
            indicator, chosen.series, signals, chosen.heading, here.month, rebaselines=phases, prime=prime
        )

    control: Control = chosen.drawn("control", (here.month, prime), make)
    verdicts = (control.variation, control.assurance)
    said.markdown("  \n".join(f"{icons.markdown(verdict.icon)} {verdict.sentence}".strip() for verdict in verdicts))
    said.caption(literal(control.target))
    st.plotly_chart(
        control.figure,
        key="control_chart",
        on_select=choose_month,
        selection_mode="points",
        config=charts.CONFIG,
        alt=f"{indicator.name} of {subject.name} by month. {control.plain}",
    )
    kind = view.chart_name(indicator, prime)
    pictures.buttons(control.figure, chosen.file_name(kind), "control_chart", here.looks_at)
    st.markdown(f"{control.reading} {control.gaps}")
    st.caption(
        "The shaded month is the one chosen in the sidebar; click a point to choose its month. The chart is read as it "
        "stood then: later months are pale and do not count."
    )
    st.markdown(f"##### {control.flagged_heading}")
    if control.flagged:
        board.show(control.flagged, "flagged_months", legend=False, tallest=FLAGGED_HEIGHT)
    else:
        st.markdown("No month broke a rule.")
    rebaselining.show(here, indicator, subject, chosen.currency, chosen.series, phases)


def choose_month() -> None:
    """A click on a point of the chart chooses its month, as the sidebar would."""
    with problems.shown("a chart's point"):
        points = st.session_state["control_chart"]["selection"]["points"]
        if points:
            st.session_state[MONTH] = str(points[0]["x"])[:7]


def _allows_for_overdispersion(indicator: Indicator) -> bool:
    """Which of the two kinds of limits is chosen; there is only one for an XmR chart."""
    if indicator.chart not in view.PRIMED_NAMES:
        return False
    kind = st.segmented_control(
        "Limits",
        [USUAL, PRIMED],
        default=USUAL,
        required=True,
        key=LIMITS,
        bind="query-params",
        help=f"Standard is a {view.chart_name(indicator, False)}. For overdispersion it is Laney's "
        f"{view.chart_name(indicator, True)}, whose limits are as wide as the months really vary: choose it when they "
        "vary more than chance explains, for instance because the lots of a month share their causes.",
    )
    return kind == PRIMED


def _rolling(chosen: Chosen) -> None:
    rolling = chosen.drawn("rolling", (), lambda: charts.rolling_chart(chosen.indicator, chosen.series, chosen.heading))
    st.plotly_chart(
        rolling,
        key="rolling_chart",
        config=charts.CONFIG,
        alt=f"{chosen.indicator.name} of {chosen.subject.name}, rolling 3 and 12 months, with target and limit",
    )
    pictures.buttons(rolling, chosen.file_name("rolling"), "rolling_chart", chosen.here.looks_at)
    st.caption(
        "Neighbouring points of a rolling series share most of their records, so control limits would mislead here."
    )
