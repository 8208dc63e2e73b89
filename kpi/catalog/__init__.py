"""The KPI dictionary: definitions read from kpi/definitions into frozen objects."""

from kpi.catalog.load import load_catalog
from kpi.catalog.model import GRAINS, WINDOWS, Calendar, Catalog, Category, Indicator, Measure, State

__all__ = [
    "GRAINS",
    "WINDOWS",
    "Calendar",
    "Catalog",
    "Category",
    "Indicator",
    "Measure",
    "State",
    "load_catalog",
]
