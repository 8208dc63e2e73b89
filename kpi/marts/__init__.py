"""From the ledger's current records to the one table of figures that everything else works on."""

from kpi.marts.build import Marts, build_marts, load_marts

__all__ = ["Marts", "build_marts", "load_marts"]
