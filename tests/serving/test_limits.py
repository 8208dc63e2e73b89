"""The limits of the server: bodies, uploads of a session, sign-ins of an address."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from pages.serving import limits
from pages.serving.limits import BYTES_HELD, HELD_OF_A_PERSON, LARGEST_OTHER_BODY, SIGN_IN, UPLOAD, Limits, Window
from tests.serving.loops import finished
from tests.serving.served import Served


def test_a_window_refuses_what_is_beyond_and_forgets_what_is_long_ago() -> None:
    window = Window(most=10, seconds=60)
    assert window.take("a", 7, now=0)
    assert not window.take("a", 4, now=1)
    assert window.take("a", 3, now=2), "what was refused does not count"
    assert window.take("b", 10, now=2), "each for itself"
    assert not window.take("a", 1, now=59)
    assert window.take("a", 7, now=60.1)


def test_a_window_remembers_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 3)
    window = Window(most=1)
    assert all(window.take(str(number), now=0) for number in range(10))
    assert len(window._taken) == 3


async def reading(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the application: reads the whole body and says how long it is."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def asked(
    server: Limits, path: str, *parts: bytes, method: str = "PUT", pause: float = 0, **headers: str
) -> tuple[int, str]:
    """Status and text of one request whose body comes in ``parts``, ``pause`` seconds before each."""
    sent: list[Message] = []
    waiting = [*parts]

    async def receive() -> Message:
        await asyncio.sleep(pause)
        part = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "client": ("10.0.0.1", 1)}
    finished(server(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()


def test_what_is_within_the_limits_passes_unchanged() -> None:
    assert asked(Limits(reading), f"{UPLOAD}s/f", b"abc", b"de", content_length="5") == (200, "5")
    assert asked(Limits(reading), "/", method="GET") == (200, "0")


def test_a_session_may_upload_so_many_files_and_another_is_not_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES_OF_A_SESSION", 3)
    server = Limits(reading)
    statuses = [asked(server, f"{UPLOAD}one/{n}", b"x", content_length="1")[0] for n in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert asked(server, f"/below{UPLOAD}one/9", b"x", content_length="1")[0] == 429, "under another path, too"
    assert asked(server, f"{UPLOAD}two/1", b"x", content_length="1")[0] == 200


def test_a_session_may_upload_so_many_bytes_and_one_that_hides_them_counts_in_full() -> None:
    server = Limits(reading)
    half = str(limits.BYTES_OF_A_SESSION // 2 + 1)
    assert asked(server, f"{UPLOAD}one/1", b"x", content_length=half)[0] == 200
    assert asked(server, f"{UPLOAD}one/2", b"x", content_length=half)[0] == 429
    statuses = [asked(server, f"{UPLOAD}two/{n}", b"x", transfer_encoding="chunked")[0] for n in range(9)]
    assert 429 in statuses


def test_many_tabs_are_one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES_OF_A_SESSION", 3)
    monkeypatch.setattr(limits, "subject_of", lambda session: "hel" if session.startswith("hers") else None)
    server = Limits(reading)
    statuses = [asked(server, f"{UPLOAD}hers-{n}/f", b"x", content_length="1")[0] for n in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert asked(server, f"{UPLOAD}another/f", b"x", content_length="1")[0] == 200


def test_one_person_does_not_fill_the_memory_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "held_of", lambda whose: HELD_OF_A_PERSON if whose == "one" else 0)
    server = Limits(reading)
    status, text = asked(server, f"{UPLOAD}one/1", b"x", content_length="1")
    assert (status, text) == (429, "Too many files of yours wait to be confirmed. Confirm or remove some.\n")
    assert asked(server, f"{UPLOAD}two/1", b"x", content_length="1")[0] == 200


def test_whoever_is_refused_does_not_fill_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "FILES_OF_A_SESSION", 0)
    monkeypatch.setattr(limits, "_told", {})
    server = Limits(reading)
    statuses = {asked(server, f"{UPLOAD}one/{n}", b"x", content_length="1")[0] for n in range(20)}
    assert statuses == {429}
    assert len([line for line in caplog.messages if line.startswith("refused: uploads")]) == 1


def test_when_too_much_waits_in_memory_nobody_may_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "held_bytes", lambda: BYTES_HELD)
    status, text = asked(Limits(reading), f"{UPLOAD}one/1", b"x", content_length="1")
    assert (status, text) == (503, "Too many files wait to be confirmed. Try again later.\n")


def test_the_number_of_sign_ins_of_an_address_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_INS_OF_AN_ADDRESS", 4)
    server = Limits(reading)
    statuses = [asked(server, SIGN_IN[n % 2], method="GET")[0] for n in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]


@pytest.mark.parametrize("parts", [1, 50])
def test_a_body_that_no_request_needs_is_refused_while_it_comes(parts: int) -> None:
    piece = b"x" * (LARGEST_OTHER_BODY // parts + 1)
    status, _ = asked(Limits(reading), "/_stcore/anything", *[piece] * parts, method="POST")
    assert status == 413


def test_a_body_that_does_not_come_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FIRST_SECONDS", 0.05)
    assert asked(Limits(reading), f"{UPLOAD}s/f", b"a", b"b", pause=0.2, content_length="2")[0] == 408
    monkeypatch.setattr(limits, "SLOWEST", 1)
    monkeypatch.setattr(limits, "FIRST_SECONDS", 0.5)
    slow_but_coming = asked(Limits(reading), f"{UPLOAD}s/f", b"aa", b"bb", b"c", pause=0.3, content_length="5")
    assert slow_but_coming == (200, "5"), "a second more for every byte that came"


def test_waiting_for_the_end_of_a_connection_is_not_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FIRST_SECONDS", 0.05)
    ended: list[str] = []

    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await receive()  # the end of the connection, much later
        ended.append("as it should")
        await PlainTextResponse("done")(scope, receive, send)

    assert asked(Limits(streaming), "/", method="GET", pause=0.04) == (200, "done")
    assert ended


def test_a_large_request_is_cut_off_by_the_running_dashboard(served: Served) -> None:
    assert served.ask("/_stcore/anything", method="POST", body=b"x" * (LARGEST_OTHER_BODY + 1)).status in (405, 413)
    assert served.ask("/healthz").status == 200


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(served: Served) -> None:
    """Streamlit asks for its token first: without one nothing of the body is looked at."""
    where = urlsplit(served.address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as line:
        line.sendall(b"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert line.recv(200).split()[1] in (b"403", b"503")
