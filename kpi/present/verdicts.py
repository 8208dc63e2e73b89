"""The two verdicts on each series, variation and assurance, as icons and words for tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpi.present.icons import assurance_icon, variation_icon
from kpi.present.rows import Key, keyed
from kpi.present.signals import assurance_words, rule_words, trial_words, variation_words

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

    from kpi.present.board import Cell


@dataclass(frozen=True)
class Verdict:
    """``variation`` and ``assurance`` as kpi.signals.verdicts names them; ``rule`` in words, "" for none; ``points`` of
    the chart's last phase."""

    variation: str
    rule: str
    side: int
    assurance: str
    points: int

    @property
    def icons(self) -> tuple[str, ...]:
        """At most two names of kpi.present.icons; a month without a point has no icon of variation, and trial limits
        are too few months to foretell whether the target will be met."""
        forecast = "" if self.is_on_trial else assurance_icon(self.assurance)
        return tuple(icon for icon in (variation_icon(self.variation, self.side), forecast) if icon)

    @property
    def is_special(self) -> bool:
        """Whether the month shows a special cause, in whatever direction."""
        return self.variation not in ("", "common cause")

    @property
    def is_on_trial(self) -> bool:
        return bool(trial_words(self.points))

    @property
    def sentences(self) -> list[str]:
        said = f"{variation_words(self.variation).removesuffix('.')}{': ' + self.rule if self.rule else ''}."
        return [said, trial_words(self.points) if self.is_on_trial else assurance_words(self.assurance)]


def verdicts(series: pd.DataFrame, keys: Sequence[str]) -> dict[Key, Verdict]:
    """{values of ``keys``: verdict} of every row of ``Signals.series``."""
    return {key: verdict(row) for key, row in keyed(series, keys)}


def verdict(row: Any) -> Verdict:
    """The verdict of one row of ``Signals.series``."""
    side = int(row.variation_side)
    rule = rule_words(str(row.variation_rule), side)
    return Verdict(str(row.variation), rule, side, str(row.assurance), int(row.points))


def with_verdict(cell: Cell, found: Verdict | None) -> Cell:
    """The cell with the icons, and what they say in its tip."""
    if found is None or not found.icons:
        return cell
    return replace(cell, icons=found.icons, tip="\n".join([*([cell.tip] if cell.tip else []), *found.sentences]))
