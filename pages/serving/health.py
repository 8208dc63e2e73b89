"""``/healthz``: the process answers. ``/readyz``: the ledger can be read and the definitions load. For probes.

Nobody signs in for these, so they tell nothing but yes or no; the log says why not, once each time that it changes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kpi import incidents
from kpi.catalog import load_catalog
from kpi.errors import KpiError
from kpi.ledger.readiness import readable_version
from pages.shared import marts as cached
from pages.shared import measures

REMEMBERED = 2.0  # seconds that an answer holds: questions of anybody must not keep the store busy
READY, NOT_READY = 200, 503

LOG = logging.getLogger("kpi.health")


@dataclass(frozen=True)
class Answer:
    """``at``: when it was found, on the monotonic clock."""

    ledger: bool
    definitions: bool
    at: float

    @property
    def ready(self) -> bool:
        return self.ledger and self.definitions


class Readiness:
    """Asks at most once in ``REMEMBERED`` seconds, whoever asks how often."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Answer | None = None

    def answer(self) -> Answer:
        with self._lock:
            if self._last is None or time.monotonic() - self._last.at > REMEMBERED:
                self._last = self._look(self._last)
                measures.READY.set(self._last.ready)
            return self._last

    def _look(self, before: Answer | None) -> Answer:
        ledger, why = _can(lambda: readable_version(cached.store(create=False)))
        definitions, why_not = _can(load_catalog)
        found = Answer(ledger, definitions, time.monotonic())
        if before is None or before.ready != found.ready:
            if found.ready:
                LOG.info("ready: the ledger can be read and the definitions load")
            else:
                LOG.warning("not ready: %s", " ".join(filter(None, (why, why_not))))
        return found


def _can(look: Callable[[], object]) -> tuple[bool, str]:
    """Whether it succeeds, and why not."""
    try:
        look()
    except KpiError as error:
        return False, str(error)
    except Exception as error:
        return False, f"Incident {incidents.record(error, '/readyz').id}."
    return True, ""


READINESS = Readiness()


async def healthz(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    found = await run_in_threadpool(READINESS.answer)
    said = {"ready": found.ready, "ledger": found.ledger, "definitions": found.definitions}
    return JSONResponse(said, READY if found.ready else NOT_READY)
