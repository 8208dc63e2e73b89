"""The benchmark: ``python -m kpi bench``. Every speed that the documentation claims comes from here.

Each way runs in a process of its own, on the same store made once, in one run: the product beside what it could be
replaced by and the floor. Processor time counts, not clock time, and the least of the runs: machines are shared.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from kpi.bench import figures, packs, screens, signals, validation, viewers


def run(records: int) -> str:
    """Measure with ``records`` records and return the table as text."""
    with tempfile.TemporaryDirectory(prefix="kpi-bench-") as folder:
        made = figures.measure(records, Path(folder))
        checked = validation.measure(records, Path(folder))
        drawn = screens.measure(Path(folder))
        packed = packs.measure(Path(folder) / screens.SAMPLE)
        watched = viewers.measure(Path(folder) / screens.SAMPLE, Path(folder))
    return "\n".join([*made, "", *checked, "", *signals.measure(), "", *drawn, "", *packed, "", *watched])
