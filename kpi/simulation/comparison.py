"""The whole comparison: every scenario and every way of raising alarms, from one seed, as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from kpi.simulation.drawing import draw
from kpi.simulation.measures import Detection, detection, false_alarms_per_year, stood_already
from kpi.simulation.panels import panel_from
from kpi.simulation.scenario import CHANGES, SCENARIOS, Change, Scenario
from kpi.simulation.ways import WAYS

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.signals.panel import Panel

SEED = 20261
PARTNERS = 500
MONTHS_STEADY = 36
FIRST_COUNTED = 12  # the first year only fills the charts
MONTHS_BEFORE, MONTHS_AFTER = 24, 24  # a change


def compare(
    catalog: Catalog, *, seed: int = SEED, partners: int = PARTNERS, done: Callable[[Scenario], None] | None = None
) -> pd.DataFrame:
    """One row per scenario and way; the same arguments give the same table, and all ways read the same draws.

    ``false_alarms``: alarms per partner-year of steady partners, all indicators together. For right first time (rft)
    and the deviation rate (dev): the median and mean months until a change is found, and the share of partners found
    within a year (``in_year``); over partners of whom no way had an alarm standing when the change came.
    """
    import pandas as pd

    rows = []
    for place, scenario in enumerate(SCENARIOS):
        steady = panel_from(draw(scenario, partners, MONTHS_STEADY, _dice(seed, place, 0)), catalog)
        changed = [
            _changed(scenario, change, partners, _dice(seed, place, at), catalog)
            for at, change in enumerate(CHANGES, start=1)
        ]
        found = [_detections(panel, catalog) for panel in changed]
        for name, way in WAYS.items():
            row: dict[str, str | float] = {"scenario": scenario.title, "way": name}
            row["false_alarms"] = false_alarms_per_year(way(steady, catalog), FIRST_COUNTED)
            for change, by_way in zip(CHANGES, found, strict=True):
                row[f"{change.short}_median"] = by_way[name].median
                row[f"{change.short}_mean"] = by_way[name].mean
                row[f"{change.short}_in_year"] = by_way[name].within_a_year
            rows.append(row)
        if done is not None:
            done(scenario)
    return pd.DataFrame(rows)


def _changed(scenario: Scenario, change: Change, partners: int, dice: np.random.Generator, catalog: Catalog) -> Panel:
    """Only the series that changes: an alarm about another one doesn't find the change."""
    months = MONTHS_BEFORE + MONTHS_AFTER
    drawn = draw(scenario, partners, months, dice, change.after(scenario.levels), MONTHS_BEFORE)
    return panel_from({change.kpi_id: drawn[change.kpi_id]}, catalog)


def _detections(panel: Panel, catalog: Catalog) -> dict[str, Detection]:
    """By way; over the same partners for all ways, so that they can be compared."""
    alarms = {name: way(panel, catalog) for name, way in WAYS.items()}
    fresh = ~np.any([stood_already(each, 0, MONTHS_BEFORE) for each in alarms.values()], axis=0)
    return {name: detection(each, 0, MONTHS_BEFORE, fresh) for name, each in alarms.items()}


def _dice(seed: int, *place: int) -> np.random.Generator:
    """Draws of their own for every place, so that a scenario more changes no other."""
    return np.random.default_rng([seed, *place])
