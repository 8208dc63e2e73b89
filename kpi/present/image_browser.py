"""A browser on this machine that draws pictures for ``kpi.present.images``, kept from every network.

Left to itself Chromium looks up its maker's hosts when it starts. Ours resolves no name, uses no proxy and fetches no
component, and plotly's script comes from the installed package. Kaleido turns the browser's web security off, so it is
given nothing but our own figures, whose texts are escaped.

Kaleido's own background server waits for ever when its browser dies, and two threads may get each other's pictures;
hence this small one: one thread, one browser, one picture at a time, started again after a failure.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from choreographer.browsers import Chromium
from choreographer.browsers.chromium import ChromeNotFoundError
from kaleido import Kaleido

from kpi.errors import ImageUnavailable

START_SECONDS = 90  # the first start on a busy machine; later pictures take less than a second
DRAW_SECONDS = 60
STOP_SECONDS = 10
NO_NETWORK = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-domain-reliability",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
WITHOUT = "Everything else works without pictures: take the figures as csv or json instead."
INSTALL = "Debian, Ubuntu: sudo apt-get install chromium; macOS, Windows, other Linux: Google Chrome"
NO_BROWSER = (
    "A picture needs Chromium or Google Chrome on the machine that serves this, and none was found. "
    f"Install one ({INSTALL}), then try again. {WITHOUT}"
)

Result = TypeVar("Result")


class OfflineChromium(Chromium):
    """Chromium with NO_NETWORK among its arguments."""

    def get_cli(self) -> Sequence[str]:
        return [*super().get_cli(), *NO_NETWORK]


class ImageBrowser:
    """Draws one picture at a time, from any thread; the browser starts with the first and ends with the process."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._kaleido: Kaleido | None = None
        atexit.register(self.close)

    def draw(self, figure: dict[str, Any], options: dict[str, Any]) -> bytes:
        """The picture's bytes. Raises ImageUnavailable when no browser is found, starts or answers in time.

        A browser that has died since its last picture is not the fault of this one: another is started, once.
        """
        with self._turn:
            try:
                if self._kaleido is not None:
                    try:
                        return self._run(self._kaleido.calc_fig(figure, opts=options), DRAW_SECONDS)
                    except TimeoutError:
                        raise
                    except Exception:
                        self._stop()
                self._kaleido = self._run(_started(), START_SECONDS)
                return self._run(self._kaleido.calc_fig(figure, opts=options), DRAW_SECONDS)
            except ChromeNotFoundError:
                self._stop()
                raise ImageUnavailable(NO_BROWSER) from None
            except Exception as error:
                self._stop()
                raise ImageUnavailable(
                    f"The browser that draws pictures failed ({type(error).__name__}). Try again; if it fails again, "
                    f"check that Chromium starts on the machine that serves this. {WITHOUT}"
                ) from error

    def close(self) -> None:
        """End the browser; the next picture starts another."""
        with self._turn:
            self._stop()

    def _run(self, work: Coroutine[Any, Any, Result], seconds: float) -> Result:
        """``work`` on the browser's own loop, waited for here."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="image browser", daemon=True).start()
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise

    def _stop(self) -> None:
        loop, browser, self._loop, self._kaleido = self._loop, self._kaleido, None, None
        if loop is None:
            return
        if browser is not None:
            future = asyncio.run_coroutine_threadsafe(browser.close(), loop)
            try:
                future.result(STOP_SECONDS)
            except Exception:  # it is being thrown away; its process ends with the pipe that it reads
                future.cancel()
        loop.call_soon_threadsafe(loop.stop)


async def _started() -> Kaleido:
    browser = Kaleido(n=1, timeout=DRAW_SECONDS, mathjax=False, browser_cls=OfflineChromium)
    await browser.open()
    return browser
