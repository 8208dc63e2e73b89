"""A rerun of the portfolio screen beside pages that draw the same table from constants.

Each is served by the real server, one after the other, and rerun over its own websocket, as a browser does when a
filter is touched. What counts is the server's processor time per rerun. Two pages of constants: an empty one within the
dashboard's frame (navigation and sidebar, which every screen has), and a script with nothing but the table.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.access import EVERYTHING
from kpi.bench.server import PROJECT, free_port, processor_seconds, served
from kpi.catalog import load_catalog

if TYPE_CHECKING:
    from kpi.ledger.store import Store

RUNS_ITS_PAGE = "        entrance.open_screen(page, here.person)\n"  # the line of dashboard.py
BARE, FRAMED = "bare_page.py", "framed_page.py"
SAMPLE = "sample.duckdb"  # the store made within the folder
RERUNS = 100
WARM_UP = 20
ROUNDS = 3
MOST_OF_CONSTANTS = 1.5

BARE_PAGE = textwrap.dedent(
    """
    import sys
    import streamlit as st
    sys.path[:0] = [{project!r}, {folder!r}]
    from constants import BOARD, SUMMARY
    from pages.shared import board
    st.set_page_config(page_title="Constants", layout="wide")
    st.title("Portfolio")
    st.markdown(SUMMARY)
    board.show(BOARD, "portfolio_board")
    """
)
CONSTANT_SCREEN = textwrap.dedent(
    """
    st.title("Portfolio")
    st.markdown(SUMMARY)
    board.show(BOARD, "portfolio_board")
    """
)


def measure(folder: Path) -> list[str]:
    """The lines of the table, on the sample portfolio."""
    store = folder / SAMPLE
    _prepare(folder, store)
    scripts = {
        "portfolio screen": PROJECT / "dashboard.py",
        "empty screen of the dashboard, same table from constants": folder / FRAMED,
        "script with nothing but the table from constants": folder / BARE,
    }
    found: dict[str, list[float]] = {name: [] for name in scripts}
    for _ in range(ROUNDS):  # in turn, so that a busy spell of the machine meets all three
        for name, script in scripts.items():
            found[name].append(processor_per_rerun(script, store, folder))
    least = {name: min(seconds) for name, seconds in found.items()}
    screen, framed, bare = least.values()
    ratio = screen / framed
    verdict = "kept" if ratio <= MOST_OF_CONSTANTS else "MISSED"
    return [
        f"Portfolio on the sample: server's processor time per rerun, {RERUNS} reruns, least of {ROUNDS} rounds",
        *(f"{name:<62} {seconds * 1000:>8.1f} ms" for name, seconds in least.items()),
        f"the screen costs {ratio:.2f}x of constants in the same frame; allowed {MOST_OF_CONSTANTS:g}x: {verdict}",
        f"(and {screen / bare:.2f}x of the bare script: the rest is the sidebar's and the navigation's)",
    ]


def _prepare(folder: Path, store: Path) -> None:
    from kpi.ledger.store import open_store
    from kpi.sample import load

    opened = open_store(f"duckdb:///{store}")
    load(opened)
    scripts_of_constants(opened, folder)


def scripts_of_constants(opened: Store, folder: Path) -> None:
    """Both scripts into ``folder``, with the table of the portfolio as the store has it, written out."""
    from kpi.marts import load_marts
    from kpi.present.headlines import headline_verdicts, headlines_of
    from kpi.present.portfolio import BY_ATTENTION, Judged, portfolio
    from kpi.present.prose import text_of
    from kpi.signals.review import review
    from kpi.signals.scorecard import scorecard
    from kpi.signals.series import read_signals

    marts, catalog = load_marts(opened, load_catalog(), scope=EVERYTHING), load_catalog()
    if marts.last_month is None:
        raise RuntimeError("the sample portfolio has no month")
    month = marts.last_month
    signals = read_signals(marts, catalog, month=month)
    headlines = headlines_of(marts, catalog, headline_verdicts(signals), month, 1)
    judged = Judged(review(marts, catalog, (), (), month), headlines, scorecard(marts, catalog, month))
    drawn = portfolio(marts, catalog, judged, month, 1, BY_ATTENTION)
    (folder / "constants.py").write_text(
        f"BOARD = {drawn.board!r}\nSUMMARY = {text_of(drawn.summary)!r}\n", encoding="utf-8"
    )
    bare = BARE_PAGE.format(project=str(PROJECT), folder=str(folder))
    (folder / BARE).write_text(bare, encoding="utf-8")
    (folder / FRAMED).write_text(_framed(folder), encoding="utf-8")
    (folder / "pages").symlink_to(PROJECT / "pages")  # the navigation names its files beside the entry script


def _framed(folder: Path) -> str:
    """The dashboard's own entry script, its screen replaced by the constants."""
    entry = (PROJECT / "dashboard.py").read_text(encoding="utf-8")
    imports = "from __future__ import annotations\n"
    if entry.count(RUNS_ITS_PAGE) != 1 or entry.count(imports) != 1:
        raise RuntimeError("dashboard.py no longer runs its page in one line; mend the benchmark")
    paths = f"import sys\nsys.path[:0] = [{str(PROJECT)!r}, {str(folder)!r}]\n"
    constants = "from constants import BOARD, SUMMARY\nfrom pages.shared import board\n"
    screen = textwrap.indent(CONSTANT_SCREEN, RUNS_ITS_PAGE.partition("entrance")[0])
    return entry.replace(imports, imports + paths + constants).replace(RUNS_ITS_PAGE, screen)


def processor_per_rerun(script: Path, store: Path, folder: Path) -> float:
    """Seconds of the server's processor time per rerun of ``script``, after a warm-up.

    Raises RuntimeError where a rerun fails or does not end.
    """
    port = free_port()
    try:
        with served(script, port, folder / "server.log", {"KPI_STORE": f"duckdb:///{store}"}) as server:
            _view(port, WARM_UP)
            before = processor_seconds(server)
            _view(port, RERUNS)
            return (processor_seconds(server) - before) / RERUNS
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"the dashboard did not answer: {error.stderr[-500:]!r}") from error


def _view(port: int, reruns: int) -> None:
    command = [sys.executable, "-m", "pages.shared.viewer", str(port), str(reruns)]
    subprocess.run(command, cwd=PROJECT, check=True, timeout=300, capture_output=True)
