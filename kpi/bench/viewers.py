"""Many viewers at once on the real server: one alone, all with the same scope, all with scopes of their own.

Each viewer has a sign-in and a websocket of its own (pages/shared/crowd.py), opens the portfolio at once and goes on
with filters and screens, thinking in between. Whatever reaches a viewer is searched for the names, ids, lots and
deviations of every partner outside that viewer's scope, and for the other viewers' addresses: one such word ends the
benchmark. The crowd runs on the same machine, so a second by the clock is not the server's alone.
"""

from __future__ import annotations

import itertools
import json
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.bench.server import PROJECT, free_port, peak_mb, processor_seconds, served

if TYPE_CHECKING:
    from kpi.ledger.store import Store

VIEWERS = 100
SECONDS = 60.0  # for which each of them looks
THINK = (2.0, 10.0)  # seconds between two acts of one viewer
THINK_ALONE = (0.2, 1.0)  # one who is alone acts more often, or there would be too few runs to tell anything
SEED = 20261125
RECORDS_NAMED = 25  # lots and deviations of each partner that frames are searched for
SHORTEST_WORD = 4  # shorter ids stand in other words, too
MOST_OF_ONE_SCOPE = 2.0  # times the processor time of a run where all have the same scope
ALONE, ONE_SCOPE, MIXED = "one viewer alone", "the same scope", "mixed scopes"

Scope = tuple[str, ...] | None


@dataclass(frozen=True)
class Invited:
    """Somebody with access: the address that signs in, the side, and the partners (None: all)."""

    email: str
    side: str
    partners: Scope


def measure(sample: Path, folder: Path, viewers: int = VIEWERS, seconds: float = SECONDS) -> list[str]:
    """The lines of the table, over a copy of the store ``sample``. Raises RuntimeError where scopes were mixed."""
    from kpi.ledger.store import open_store

    shutil.copy(sample, folder / "viewers.duckdb")
    store = open_store(f"duckdb:///{folder / 'viewers.duckdb'}")
    words = words_of(store)
    mixed = invited(tuple(words), viewers)
    same = [Invited(f"same-{place:03}@bench.example", SPONSOR_SIDE, None) for place in range(viewers)]
    grant(store, [*mixed, *same])
    distinct = len({one.partners for one in mixed})
    crowds = {
        ALONE: same[:1],
        f"{viewers} viewers, {ONE_SCOPE}": same,
        f"{viewers} viewers, {MIXED}": mixed,
    }
    found = {name: _measured(store.path, folder, crowd, words, seconds) for name, crowd in crowds.items()}
    of_one, of_many = (_processor_per_run(one) for one in list(found.values())[1:])
    ratio = of_many / of_one
    return [
        f"Viewers on the sample, {seconds:.0f} s each, {THINK[0]:g} to {THINK[1]:g} s of thought; {distinct} scopes",
        _row("", "reruns", "p50 ms", "p95 ms", "max ms", "other p95", "first p95", "per s", "cpu ms", "peak MB"),
        *(_line(name, one) for name, one in found.items()),
        f"a run among mixed scopes costs {ratio:.2f}x of one among the same; allowed {MOST_OF_ONE_SCOPE:g}x: "
        + ("kept" if ratio <= MOST_OF_ONE_SCOPE else "MISSED"),
        f"{sum(one['frames'] for one in found.values()):,} frames searched, no word of another scope; "
        f"errors: {sum(len(one['errors']) for one in found.values())}",
    ]


def invited(partners: tuple[str, ...], count: int) -> list[Invited]:
    """``count`` viewers: for all partners, for one (on both sides), for two, for three, in turn."""
    scopes: list[Scope] = [None, *((one,) for one in partners)]
    scopes += [*list(itertools.combinations(partners, 2))[::2], *list(itertools.combinations(partners, 3))[::5]]
    found = []
    for place in range(count):
        scope = scopes[place % len(scopes)]
        side = PARTNER_SIDE if scope is not None and len(scope) == 1 and place % 2 else SPONSOR_SIDE
        found.append(Invited(f"mixed-{place:03}@bench.example", side, scope))
    return found


def grant(store: Store, guests: list[Invited]) -> None:
    from kpi.ledger.access import grant_access

    admin = Invited("administrator@bench.example", SPONSOR_SIDE, None)
    for one in [admin, *guests]:
        grant_access(
            store,
            holder=one.email,
            role="administrator" if one is admin else "viewer",
            side=one.side,
            partners=one.partners,
            reason="benchmark",
            actor="benchmark",
            now=datetime(2026, 11, 1),
            scope=EVERYTHING,
        )


def words_of(store: Store) -> dict[str, set[str]]:
    """Partner → words that name it or its records: names, ids, sites, lots, deviations; no short ones."""
    from kpi.catalog import load_catalog
    from kpi.marts import load_marts
    from kpi.marts.records import latest_records

    marts = load_marts(store, load_catalog(), scope=EVERYTHING)
    words: dict[str, set[str]] = {}
    for row in marts.register.itertuples():
        named = {str(row.partner_id), str(row.partner_name), str(row.site_id), str(row.site_name)}
        words.setdefault(str(row.partner_id), set()).update(named)
    for partner, own in words.items():
        for dataset, column in (("batch_records", "batch_id"), ("deviations", "deviation_id")):
            records = latest_records(
                store, dataset, version=marts.version, partner_id=partner, scope=EVERYTHING, limit=RECORDS_NAMED
            )
            own.update(str(one) for one in records[column].dropna())
    return {
        partner: {word for word in own if len(word) >= SHORTEST_WORD and not word.isdigit()}
        for partner, own in words.items()
    }


def viewer_of(one: Invited, crowd: list[Invited], words: dict[str, set[str]]) -> dict[str, Any]:
    """What the crowd is told of a viewer: the words that must come, and those that must not."""
    allowed = set(words) if one.partners is None else set(one.partners)
    may = set().union(*(words[partner] for partner in allowed))
    others = set().union(*(words[partner] for partner in words if partner not in allowed))
    foreign = {word for word in others if not any(word in own for own in may)}
    return {
        "email": one.email,
        "own": [one.email, *sorted(partner for partner in allowed if partner in words[partner])],
        "foreign": sorted(foreign | {other.email for other in crowd if other is not one}),
    }


def _measured(
    store: Path, folder: Path, crowd: list[Invited], words: dict[str, set[str]], seconds: float
) -> dict[str, Any]:
    port, secret, log = free_port(), secrets.token_hex(32), folder / "viewers.log"
    (folder / "secrets.toml").write_text(_secrets(port, secret), encoding="utf-8")
    plan = folder / "plan.json"
    told = {"port": port, "secret": secret, "arrive": 0.0, "seconds": seconds, "seed": SEED}
    told["think"] = THINK if len(crowd) > 1 else THINK_ALONE
    told["viewers"] = [viewer_of(one, crowd, words) for one in crowd]
    plan.write_text(json.dumps(told), encoding="utf-8")
    environment = {
        "KPI_STORE": f"duckdb:///{store}",
        "KPI_LOG": str(folder / "kpi.log"),
        "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
    }
    with served(PROJECT / "dashboard.py", port, log, environment) as server:
        _run_module("pages.shared.viewer", str(port))  # as make run does: the addresses of all screens are known then
        before = processor_seconds(server)
        found: dict[str, Any] = json.loads(_run_module("pages.shared.crowd", str(plan)))
        found["processor"] = processor_seconds(server) - before
        found["peak"] = peak_mb(server)
    found["seconds"] = seconds
    if found["foreign"]:
        raise RuntimeError(f"scopes were mixed: {found['foreign'][:5]} and {len(found['foreign'])} words in all")
    if found["missing"]:
        raise RuntimeError(f"nothing of their own came to some viewers: {found['missing'][:5]}; {found['errors'][:3]}")
    return found


def _secrets(port: int, secret: str) -> str:
    """Sign-in as it is configured; the provider itself is not asked by somebody who has a sign-in."""
    values = {
        "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": secret,
        "client_id": "bench",
        "client_secret": "bench",
        "server_metadata_url": "http://127.0.0.1:1/.well-known/openid-configuration",
    }
    return "[auth]\n" + "".join(f"{name} = {json.dumps(text)}\n" for name, text in values.items())


def _run_module(name: str, *arguments: str) -> str:
    command = [sys.executable, "-m", name, *arguments]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=1800, check=False)
    if ended.returncode:
        raise RuntimeError(f"{name} failed: {ended.stderr.strip().splitlines()[-1:]}")
    return ended.stdout.splitlines()[-1] if ended.stdout else ""


def _line(name: str, found: dict[str, Any]) -> str:
    runs = found["runs"]
    reruns, others = runs["portfolio"], runs["other screen"]
    count = len(reruns) + len(others)
    milliseconds = (_share(reruns, 0.5), _share(reruns, 0.95), max(reruns, default=0.0))
    rest = (_share(others, 0.95), _share(runs["opening"], 0.95))
    return _row(
        name,
        str(count),
        *(f"{one * 1000:.0f}" for one in (*milliseconds, *rest)),
        f"{count / found['seconds']:.1f}",
        f"{_processor_per_run(found) * 1000:.0f}",
        f"{found['peak']:.0f}",
    )


def _processor_per_run(found: dict[str, Any]) -> float:
    """Seconds of the server, the first opening and what it computes included."""
    return float(found["processor"] / max(1, sum(len(runs) for runs in found["runs"].values())))


def _share(values: list[float], share: float) -> float:
    """The value that ``share`` of all do not exceed; 0 for none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def _row(*cells: str) -> str:
    return ("{:<26}" + " {:>8}" * 3 + " {:>8}" + " {:>9}" * 2 + " {:>6}" * 2 + " {:>8}").format(*cells).rstrip()
