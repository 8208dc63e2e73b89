"""The real server: every screen by every kind of link, what it hands out, and what somebody may ask it for.

Screen × link goes over all as-of; the people of our partner take turns, so that every role and side sees every screen
in some way. A full product would be eight times as long and run the same reads.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count

import pytest

from pages.shared.navigation import SECTIONS
from tests.matrix.links import LINKS, link, typed
from tests.matrix.marks import OURS, QUIET, THEIRS, words
from tests.matrix.pack import ADMINISTRATOR, PEOPLE, Pack, address
from tests.serving.served import Served
from tests.serving.talk import Tab, asking_who, cookie, headers, tab

TURNS, DAYS = count(), count()
HERE = ["healthz", "readyz", "_stcore/health", "_stcore/host-config", "_stcore/script-health-check"]


@pytest.fixture(scope="module")
def served(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with asking_who(tmp_path_factory.mktemp("asked"), pack.store.path) as dashboard:
        with tab(dashboard, cookie(dashboard, ADMINISTRATOR)) as first:
            first.run()  # from then on the server knows its screens by their addresses
        yield dashboard


@pytest.fixture(scope="module")
def theirs(served: Served) -> Iterator[Tab]:
    """A tab of somebody of their partner, on their submission."""
    with tab(served, cookie(served, address(THEIRS, "partner_quality_lead"))) as one:
        sent = one.run("submissions", "submission=S000013")
        assert words(sent, {OURS}), "nothing of theirs was shown: the silence about it would prove nothing"
        yield one


def ours(served: Served, person: str = "") -> str:
    return cookie(served, address(OURS, person or list(PEOPLE)[next(TURNS) % len(PEOPLE)]))


def logs(served: Served) -> str:
    files = [served.folder / name for name in ("server.log", "kpi.log", "access.log")]
    return "\n".join(file.read_text(errors="replace") for file in files if file.exists())


def test_every_screen_has_links() -> None:
    screens = {file.rpartition("/")[2].removesuffix(".py") for entries in SECTIONS.values() for file, *_ in entries}
    assert {"portfolio" if screen == "" else screen for screen in LINKS} == screens


@pytest.mark.parametrize("screen", LINKS)
def test_no_screen_shows_or_hands_out_anything_of_others(served: Served, pack: Pack, screen: str) -> None:
    own = ""
    as_ofs = ["", str(pack.versions["before theirs"]), "2026-01-03"]
    for query in LINKS[screen]:
        for partner in (THEIRS, OURS):
            asked = link(query, partner, pack.ids[partner], pack.versions, as_ofs[next(DAYS) % len(as_ofs)])
            with tab(served, ours(served)) as one:
                one.run(screen, asked)
                one.run(screen, asked)  # a field that a link filled is only there in the run after
                said = b"".join(one.frames).decode(errors="replace") + one.downloads()
            assert not words(said, {OURS}, [*typed(asked), THEIRS.lower()] if partner == THEIRS else []), asked
            assert "quote incident" not in said
            own += said if partner == OURS else ""
    assert OURS in own, "nothing of their own was shown: the silence about others would prove nothing"


@pytest.mark.parametrize("who", ["nobody", "forged", "changed", "expired", "stranger", "other origin", "quiet"])
def test_whoever_is_not_let_in_sees_nothing_on_any_screen(served: Served, pack: Pack, who: str) -> None:
    good = cookie(served, address(THEIRS, "partner_viewer"))
    value = {
        "nobody": "",
        "forged": cookie(served, ADMINISTRATOR, secret="another secret, as long as it ought to be, and more"),
        "changed": good[: len(good) // 3] + ("A" if good[len(good) // 3] != "A" else "B") + good[len(good) // 3 + 1 :],
        "expired": cookie(served, ADMINISTRATOR, iat=int(time.time()) - 90, exp=int(time.time()) - 60),
        "stranger": cookie(served, "stranger@x.example"),
        "other origin": cookie(served, ADMINISTRATOR, origin="http://elsewhere.example"),
        "quiet": cookie(served, address(QUIET, "partner_viewer")),
    }[who]
    for screen, queries in LINKS.items():
        asked = link(queries[0], THEIRS, pack.ids[THEIRS], pack.versions)
        with tab(served, value) as one:
            said = one.run(screen, asked)
            assert not words(said, {QUIET}, typed(asked)), f"{who} at /{screen}"
            assert "quote incident" not in said
            if who != "quiet":
                assert not one.deferred
                assert "Ledger version" not in said


def test_a_download_of_theirs_is_theirs_alone(served: Served, theirs: Tab) -> None:
    file_id = next(one for one, label in theirs.deferred.items() if label == "Original file")
    where = theirs.address_of(file_id)
    assert words(theirs.fetch(where).text, {OURS})
    missing = served.ask("/media/00000000000000000000000000000000.csv", headers=headers(ours(served)))
    for value in ("", ours(served), cookie(served, ADMINISTRATOR), cookie(served, "stranger@x.example")):
        for method in ("GET", "HEAD"):
            answer = served.ask(where, method=method, headers=headers(value))
            assert (answer.status, words(answer.text, ())) == (404, [])
            assert method == "HEAD" or answer.body == missing.body
    with tab(served, ours(served)) as one:
        one.run()
        given = one.address_of(file_id)  # even whoever knows what their button is called
        assert not given or one.fetch(given).status == 404
    assert theirs.fetch(where).status == 200
    assert "foreign_file" in logs(served)


def test_a_session_of_theirs_is_not_taken_over(served: Served, theirs: Tab) -> None:
    for value in ("", ours(served), cookie(served, address(QUIET, "sponsor_viewer"))):
        with tab(served, value, existing=theirs.session_id) as thief:
            said = thief.run("submissions")
            assert thief.session_id != theirs.session_id
            assert not words(said, {OURS, QUIET})
    assert theirs.run("submissions"), "their tab goes on"


def test_messages_of_their_tab_replayed_in_ours_show_nothing(served: Served, theirs: Tab, pack: Pack) -> None:
    """Their widgets' values, their fragments, the hashes of every screen, their session's id."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    with tab(served, ours(served)) as one:
        one.run()
        for page, script_hash in theirs.pages.items():
            message = BackMsg()
            rerun = message.rerun_script
            rerun.page_script_hash, rerun.query_string = script_hash, f"partner={THEIRS}"
            for widget in theirs.widgets:
                state = rerun.widget_states.widgets.add()
                state.id, state.string_value = widget, THEIRS
            assert not words(one.send(message), {OURS}, [THEIRS]), page
        for fragment in theirs.fragments:
            message = BackMsg()
            message.rerun_script.fragment_id = fragment
            one.connection.send(message.SerializeToString())
        assert not words(one.run(), {OURS}, [THEIRS])
        request = BackMsg()
        request.backend_operation_request.session_id = theirs.session_id
        request.backend_operation_request.deferred_file.file_id = next(iter(theirs.deferred))
        one.connection.send(request.SerializeToString())
        assert not words(one.run(), {OURS}, [THEIRS])


@pytest.mark.parametrize("value", ["", "ours"])
def test_no_other_address_of_the_server_tells_anything(served: Served, theirs: Tab, value: str) -> None:
    sent = headers(ours(served) if value else "")
    paths = [*HERE, "metrics", "_stcore/metrics", "_stcore/agent/openapi.json", "_stcore/agent/mcp", "component/x"]
    paths += ["app/static/x", "static/../store.duckdb", "media/", "_stcore/message", "", "submissions", "robots.txt"]
    for path in paths:
        for more in ({}, {"X-Forwarded-For": "203.0.113.7"}):
            answer = served.ask(f"/{path}?partner={THEIRS}", headers={**sent, **more})
            assert not words(answer.body.decode(errors="replace") + str(answer.headers), ()), path
    post = {**sent, "Content-Type": "application/json", "Origin": served.address}
    answer = served.ask("/_stcore/agent/interact", method="POST", headers=post, body=b'{"actions": []}')
    assert answer.status in (403, 404)
    assert not words(answer.text, ())


def test_no_log_line_holds_anything_of_a_partner(served: Served) -> None:
    """Last: after everything above."""
    said = logs(served)
    assert "refused" in said
    assert not words(said, ())
    assert "Traceback" not in said
