"""Many readers at once without browsers: ``python -m pages.shared.crowd PLAN``; prints what came of it as JSON.

Every reader has a sign-in and a websocket of its own, opens the portfolio, then changes filters and follows screens
like somebody who thinks in between. What the server sent is kept and searched when all are done, for words that this
reader may not see. The benchmark and a test start it against a real server.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string

ANSWER_SECONDS = 300.0
PORTFOLIO, PARTNER, ESCALATIONS = "", "partner", "escalations"  # the addresses of the screens that are followed
FOLLOWED = (PORTFOLIO, PORTFOLIO, PORTFOLIO, PARTNER, ESCALATIONS)  # mostly the portfolio
OPENING, PORTFOLIO_RERUN, OTHER_SCREEN = "opening", "portfolio", "other screen"
SIGNED_IN_SECONDS = 3600


@dataclass(frozen=True)
class Viewer:
    """``own``: words that have to come; ``foreign``: words that must never come. ``email`` "": without a sign-in."""

    email: str
    own: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


@dataclass
class Seen:
    """What one reader went through. ``seconds``: how long each kind of run took, from the request to its end."""

    seconds: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    frames: set[bytes] = field(default_factory=set)
    fragments: int = 0

    def holds(self, word: str) -> bool:
        return any(written in frame for frame in self.frames for written in forms(word))


@dataclass
class _Page:
    """What a browser would know of the page: its filters with their choices, the other screens, what was sent."""

    widgets: dict[str, tuple[str, list[str]]] = field(default_factory=dict)  # query parameter → (id, choices)
    chosen: dict[str, str] = field(default_factory=dict)
    screens: dict[str, str] = field(default_factory=dict)  # address → hash
    screen: str = PORTFOLIO
    kept: set[str] = field(default_factory=set)  # hashes of messages that a browser has in its cache
    fragment: tuple[str, float] | None = None

    def learn(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if message.metadata.cacheable and message.hash:
            self.kept.add(message.hash)
        if kind == "navigation":
            self.screens = {
                PORTFOLIO if page.is_default else page.url_pathname: page.page_script_hash
                for page in message.navigation.app_pages
            }
        elif kind == "auto_rerun":
            self.fragment = (message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._learn_widget(message.delta.new_element)

    def _learn_widget(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "selectbox" and element.selectbox.query_param_key:
            self.widgets[element.selectbox.query_param_key] = (element.selectbox.id, list(element.selectbox.options))
        elif kind == "button_group" and element.button_group.query_param_key:
            group = element.button_group
            self.widgets[group.query_param_key] = (group.id, [option.content for option in group.options])

    def request(self, fragment: str = "") -> bytes:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = urlencode(self.chosen)
        state.page_script_hash = self.screens.get(self.screen, "")
        state.fragment_id = fragment
        state.is_auto_rerun = bool(fragment)
        state.cached_message_hashes.extend(self.kept)
        for name, value in self.chosen.items():
            if name not in self.widgets:
                continue
            widget = state.widget_states.widgets.add()
            widget.id = self.widgets[name][0]
            if name in ("window", "order"):
                widget.string_array_value.data.append(value)
            else:
                widget.string_value = value
        return message.SerializeToString()

    def act(self, dice: random.Random) -> None:
        """Change a filter, or go to a screen."""
        wanted = dice.choice(FOLLOWED) if dice.random() < 0.3 else self.screen
        if wanted != self.screen and wanted in self.screens:
            self.screen = wanted
            return
        offered = [name for name, (_, choices) in self.widgets.items() if choices and self._is_here(name)]
        if offered:
            name = dice.choice(offered)
            self.chosen[name] = dice.choice(self.widgets[name][1])

    def _is_here(self, name: str) -> bool:
        return name in ("partner", "month", "window") or (name == "order" and self.screen == PORTFOLIO)


def forms(word: str) -> set[bytes]:
    """``word`` as a frame may hold it: as it is, and within JSON."""
    return {word.encode(), json.dumps(word)[1:-1].encode()}


def headers_for(viewer: Viewer, address: str, secret: str, now: float) -> tuple[dict[str, str], list[str]]:
    """The headers and subprotocols of a websocket of somebody who has just signed in."""
    if not viewer.email:
        return {"Origin": address}, ["streamlit"]
    claims = {
        "origin": address,
        "is_logged_in": True,
        "iss": "crowd",
        "sub": f"sub-{viewer.email}",
        "email": viewer.email,
        "email_verified": True,
        "name": viewer.email,
        "iat": int(now),
        "exp": int(now) + SIGNED_IN_SECONDS,
        "nonce": viewer.email,
    }
    signed = create_signed_value(secret, "_streamlit_user", json.dumps(claims)).decode()
    token = generate_xsrf_token_string()
    return {"Origin": address, "Cookie": f'_streamlit_user={signed}; _streamlit_xsrf="{token}"'}, ["streamlit", token]


async def watch(viewer: Viewer, plan: Mapping[str, Any], seed: int) -> Seen:
    """One reader from the opening until the time is over."""
    dice, seen, page = random.Random(seed), Seen(), _Page()
    await asyncio.sleep(dice.uniform(0, plan["arrive"]))
    address = f"http://127.0.0.1:{plan['port']}"
    headers, protocols = headers_for(viewer, address, plan["secret"], time.time())
    try:
        async with websockets.connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[websockets.Subprotocol(one) for one in protocols],
            additional_headers={name: value for name, value in headers.items() if name != "Origin"},
            origin=websockets.Origin(headers["Origin"]),
            max_size=None,
            compression=None,
            open_timeout=ANSWER_SECONDS,
        ) as server:
            await _run(server, page, seen, OPENING)
            await _go_on(server, page, seen, dice, plan)
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        seen.errors.append(f"{type(error).__name__}: {error}")
    return seen


async def _go_on(
    server: websockets.ClientConnection, page: _Page, seen: Seen, dice: random.Random, plan: Mapping[str, Any]
) -> None:
    ends, looked = time.monotonic() + plan["seconds"], time.monotonic()
    while True:
        await asyncio.sleep(dice.uniform(*plan["think"]))
        if time.monotonic() >= ends:
            return
        if page.fragment is not None and time.monotonic() - looked >= page.fragment[1]:
            looked = time.monotonic()
            await server.send(page.request(page.fragment[0]))
            await _finished(server, page, seen)
            seen.fragments += 1
        page.act(dice)
        await _run(server, page, seen, PORTFOLIO_RERUN if page.screen == PORTFOLIO else OTHER_SCREEN)


async def _run(server: websockets.ClientConnection, page: _Page, seen: Seen, kind: str) -> None:
    began = time.monotonic()
    await server.send(page.request())
    await _finished(server, page, seen)
    seen.seconds.append((kind, time.monotonic() - began))


async def _finished(server: websockets.ClientConnection, page: _Page, seen: Seen) -> None:
    """Reads until a run has ended that no other follows."""
    while True:
        frame = await asyncio.wait_for(server.recv(), ANSWER_SECONDS)
        if not isinstance(frame, bytes):
            continue
        seen.frames.add(frame)
        message = ForwardMsg.FromString(frame)
        page.learn(message)
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") in ("alert", "exception"):
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception" or "went wrong on our side" in element.alert.body:
                seen.errors.append(element.alert.body or element.exception.message)
        if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return


async def gather(viewers: Sequence[Viewer], plan: Mapping[str, Any]) -> list[Seen]:
    """All of them at once. ``plan``: port, secret (of the cookies), arrive and seconds, think (from, to), seed."""
    return await asyncio.gather(*(watch(one, plan, plan["seed"] * 1000 + place) for place, one in enumerate(viewers)))


def report(viewers: Sequence[Viewer], seen: Sequence[Seen]) -> dict[str, Any]:
    """{kind of run: seconds of each}, errors, and every word that came to somebody whom it must not reach."""
    runs: dict[str, list[float]] = {OPENING: [], PORTFOLIO_RERUN: [], OTHER_SCREEN: []}
    for one in seen:
        for kind, seconds in one.seconds:
            runs[kind].append(seconds)
    return {
        "runs": runs,
        "fragments": sum(one.fragments for one in seen),
        "frames": sum(len(one.frames) for one in seen),
        "bytes": sum(len(frame) for one in seen for frame in one.frames),
        "errors": [error for one in seen for error in one.errors],
        "foreign": [
            (viewer.email, word)
            for viewer, one in zip(viewers, seen, strict=True)
            for word in viewer.foreign
            if one.holds(word)
        ],
        "missing": [
            (viewer.email, word)
            for viewer, one in zip(viewers, seen, strict=True)
            for word in viewer.own
            if not one.holds(word)
        ],
    }


def main(path: str) -> None:
    plan = json.loads(Path(path).read_text(encoding="utf-8"))
    viewers = [Viewer(one["email"], tuple(one["own"]), tuple(one["foreign"])) for one in plan["viewers"]]
    print(json.dumps(report(viewers, asyncio.run(gather(viewers, plan)))))


if __name__ == "__main__":
    main(sys.argv[1])
