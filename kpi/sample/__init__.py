"""A synthetic portfolio: ``generate`` makes its files, ``load`` submits them to a store. Nothing in it is real."""

from kpi.sample.files import generate
from kpi.sample.loading import LoadSummary, load
from kpi.sample.upload import SampleFile

__all__ = ["LoadSummary", "SampleFile", "generate", "load"]
