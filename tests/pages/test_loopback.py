"""Without sign-in the dashboard serves this computer only: rules, and real servers told otherwise."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.shared.loopback import is_loopback, refused_address, refused_request
from tests.browser.conftest import free_port, wait_until_healthy
from tests.browser.provider import MARKERS, two_partners

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "LOCALHOST"])
def test_only_this_computer_reaches_these(address: str) -> None:
    assert is_loopback(address)
    assert refused_address(address) is None


@pytest.mark.parametrize(
    "address",
    [None, "", "0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "dashboard.example", "localhost.example", "unix://x"],
)
def test_others_reach_these(address: str | None) -> None:
    refusal = refused_address(address)
    assert refusal is not None
    assert "localhost" in refusal
    assert "docs/signing-in.md" in refusal


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:8501"},
        {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"},
        {"Host": "[::1]:8501", "Origin": "http://[::1]:8501"},
    ],
)
def test_a_reader_on_this_computer_is_let_in(headers: dict[str, str]) -> None:
    assert refused_request(headers) is None


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Origin": "http://localhost:8501"}, "another name"),
        ({"Host": "rebound.example:8501", "Origin": "http://rebound.example:8501"}, "another name"),
        ({"Host": "localhost.rebound.example"}, "another name"),
        ({"Host": "localhost:8501", "Origin": "http://rebound.example"}, "another site"),
        ({"Host": "localhost:8501", "Origin": "http://localhost:3000"}, "another site"),
        ({"Host": "localhost:8501", "Origin": "null"}, "another site"),
        ({"Host": "localhost:8501", "Origin": "http://[broken"}, "another site"),
        ({"Host": "localhost:8501", "X-Forwarded-For": "10.0.0.7"}, "proxy"),
        ({"Host": "localhost", "forwarded": "for=10.0.0.7"}, "proxy"),
        ({"Host": "localhost", "x-real-ip": "10.0.0.7"}, "proxy"),
    ],
)
def test_a_reader_from_elsewhere_is_refused(headers: dict[str, str], why: str) -> None:
    refusal = refused_request(headers)
    assert refusal is not None
    assert why in refusal


def everything_sent(port: int, **headers: str) -> str:
    """What the server sends for its start page over the websocket, as text."""

    async def run() -> bytes:
        host = headers.pop("host", f"127.0.0.1:{port}")
        async with websockets.connect(
            f"ws://{host.split(':')[0]}:{port}/_stcore/stream"
            if host.startswith("127.")
            else f"ws://{host}/_stcore/stream",
            host="127.0.0.1",
            port=port,
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers=headers,
            max_size=None,
        ) as server:
            message = BackMsg()
            message.rerun_script.query_string = ""
            await server.send(message.SerializeToString())
            got = b""
            while True:
                frame = await asyncio.wait_for(server.recv(), 60)
                assert isinstance(frame, bytes)
                got += frame
                told = ForwardMsg.FromString(frame)
                # A run that sets the first filters ends early and is followed by another.
                if told.WhichOneof("type") == "script_finished" and told.script_finished == 0:
                    return got

    with ThreadPoolExecutor(1) as elsewhere:  # the browser of other tests has a loop in this thread
        return elsewhere.submit(asyncio.run, run()).result().decode(errors="replace")


@contextmanager
def told_to_listen(tmp_path: Path, port: int, address: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Streamlit over a store of two partners, started without make, and its output."""
    log = tmp_path / "log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless=true"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, f"--server.port={port}", f"--server.address={address}"],
            cwd=ROOT,
            env={**os.environ, "KPI_STORE": f"duckdb:///{two_partners(tmp_path).path}"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, log
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("address", ["0.0.0.0", ""])
def test_a_server_that_others_would_reach_does_not_start(address: str, tmp_path: Path) -> None:
    with told_to_listen(tmp_path, free_port(), address) as (process, log):
        assert process.wait(timeout=120) == 2
        assert "Refused: the dashboard was told to listen on" in log.read_text()


def test_readers_from_elsewhere_see_a_refusal_and_nothing_else(tmp_path: Path) -> None:
    port = free_port()
    with told_to_listen(tmp_path, port, "127.0.0.1") as (process, log):
        wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
        assert MARKERS[0] in everything_sent(port), "the refusals below would prove nothing"
        sent = everything_sent(port, host=f"rebound.example:{port}", origin=f"http://rebound.example:{port}")
        assert "another name than localhost" in sent
        sent += everything_sent(port, **{"x-forwarded-for": "10.0.0.7"})
        assert sent.count("Refused") >= 2
        assert not any(marker in sent for marker in (*MARKERS, "Ledger version"))


@pytest.mark.parametrize(("address", "code"), [("0.0.0.0", 2), ("", 2), ("localhost", 0)])
def test_make_run_asks_before_it_serves(address: str, code: int) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pages.shared.loopback", address], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == code
    assert ("Refused: " in run.stderr) == bool(code)
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nrun:")[1].split("\n\n")[0]
    assert recipe.index("pages.shared.loopback $(ADDRESS)") < recipe.index("streamlit run")


def test_make_run_finds_secrets_in_a_folder_and_misses_those_that_are_not_there(tmp_path: Path) -> None:
    values = {
        "redirect_uri": "https://kpi.sponsor.example/oauth2callback",
        "cookie_secret": "0123456789abcdef" * 2,
        "client_id": "cdmo",
        "client_secret": "of the client",
        "server_metadata_url": "https://id.sponsor.example/.well-known/openid-configuration",
    }
    (tmp_path / "auth").mkdir()
    for name, text in values.items():
        (tmp_path / "auth" / name).write_text(f"{text}\n", encoding="utf-8")
    codes = {}
    for place in (tmp_path, tmp_path / "missing.toml"):
        codes[place.name] = subprocess.run(
            [sys.executable, "-m", "pages.shared.loopback", "0.0.0.0"],
            cwd=ROOT,
            env={**os.environ, "STREAMLIT_SECRETS_FILES": str(place)},
            capture_output=True,
            timeout=60,
        ).returncode
    assert codes == {tmp_path.name: 0, "missing.toml": 2}
