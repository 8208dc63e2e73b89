"""What the dashboard counts while it runs, for Prometheus. Numbers only: no partner, person, file or session is named.

One process counts for itself and begins at zero. What the command line does is not counted here: it is another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from kpi import incidents

disable_created_metrics()
REGISTRY = CollectorRegistry()
BUILD_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
ENDINGS = ("csv", "docx", "pdf", "png", "pptx", "svg", "toml", "txt", "xlsx", "zip")
MOST_REFUSALS_OF_A_FILE = 20  # kinds; a file that breaks every rule says no more than one that breaks twenty

UPLOADS = Counter("cdmo_uploads", "Files that people confirmed or that were refused", ["outcome"], registry=REGISTRY)
ROWS = Counter("cdmo_upload_rows", "Records of accepted files", registry=REGISTRY)
REFUSALS = Counter("cdmo_upload_refusals", "Refused files by rule", ["rule"], registry=REGISTRY)
LIMITED = Counter("cdmo_requests_limited", "Requests that a limit ended", ["limit"], registry=REGISTRY)
BUILDS = Histogram(
    "cdmo_marts_build_seconds", "Time to compute the figures of a version", buckets=BUILD_SECONDS, registry=REGISTRY
)
ACCESS_REFUSED = Counter(
    "cdmo_access_refused", "Screens, files and acts refused for want of a right", ["right"], registry=REGISTRY
)
VIEWERS = Gauge("cdmo_viewers", "Browser tabs connected", registry=REGISTRY)
EXPORTS = Counter("cdmo_exports", "Files handed to readers, by ending", ["ending"], registry=REGISTRY)
READY = Gauge("cdmo_ready", "1 while /readyz says so, as of its last question", registry=REGISTRY)

ACCEPTED, ALREADY_THERE, OFFERED, REFUSED = "accepted", "already_there", "offered", "refused"
for _outcome in (ACCEPTED, ALREADY_THERE, OFFERED, REFUSED):
    UPLOADS.labels(_outcome)  # shown as 0 from the start


class _Incidents(Collector):
    """Counted where they are logged, so that no edge can forget to."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        about = "Errors that nobody foresaw, each logged under an incident"
        yield CounterMetricFamily("cdmo_incidents", about, value=incidents.recorded())


REGISTRY.register(_Incidents())


def accepted(rows: int) -> None:
    UPLOADS.labels(ACCEPTED).inc()
    ROWS.inc(rows)


def already_there() -> None:
    UPLOADS.labels(ALREADY_THERE).inc()


def offered() -> None:
    """A file that waits for somebody's acceptance; its rows count once it is accepted."""
    UPLOADS.labels(OFFERED).inc()


def refused(rules: Iterable[str]) -> None:
    """A file that was refused, and the names of the rules that it breaks."""
    UPLOADS.labels(REFUSED).inc()
    for rule in sorted(set(rules))[:MOST_REFUSALS_OF_A_FILE]:
        REFUSALS.labels(rule).inc()


def exported(disposition: str) -> None:
    """A file that was handed to a reader; of its name only the ending is looked at, and only those of ENDINGS."""
    ending = disposition.rstrip('"').rpartition(".")[2].lower()
    EXPORTS.labels(ending if ending in ENDINGS else "other").inc()


@contextmanager
def building() -> Iterator[None]:
    """Around the computation of one version's figures."""
    began = perf_counter()
    yield  # what fails is an incident and no build time
    BUILDS.observe(perf_counter() - began)


def as_text(viewers: int) -> bytes:
    """Everything in Prometheus' text format."""
    VIEWERS.set(viewers)
    return generate_latest(REGISTRY)
