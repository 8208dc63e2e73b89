"""What every screen needs and takes long to load, loaded before the first reader comes.

Many who come at once to a server that has just started would all wait for one import, each with a tab that shows
nothing.
"""

from __future__ import annotations

import logging
from importlib import import_module

from kpi.catalog import load_catalog
from kpi.errors import KpiError

SLOW_TO_LOAD = ("pandas", "scipy.stats", "plotly.graph_objects", "kpi.present.portfolio", "kpi.marts.records")
LOG = logging.getLogger("kpi.server")


def warm_up() -> None:
    """Loads the definitions and the slow libraries. What goes wrong is said by the first screen that needs it."""
    try:
        load_catalog()
        for name in SLOW_TO_LOAD:
            import_module(name)
    except (KpiError, ImportError) as error:
        LOG.warning("%s", type(error).__name__)
