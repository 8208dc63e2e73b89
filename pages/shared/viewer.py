"""A reader without a browser: ``python -m pages.shared.viewer PORT [RERUNS]``.

Waits until the dashboard answers, then runs its start page over the server's own websocket. ``make run`` does so once
after a start: until somebody has opened the start page, Streamlit does not know the other pages' addresses and greets
a first visitor who comes by a link with "Page not found". The figures are in memory afterwards, too. The benchmark
reruns the page many times.
"""

from __future__ import annotations

import asyncio
import sys
import time
import urllib.request

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

START_SECONDS = 60
RERUN_SECONDS = 120


def wait_until_up(port: int) -> None:
    """Raises TimeoutError when nothing answers on ``port`` in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"nothing answers on port {port}")


async def view(port: int, reruns: int) -> None:
    """Run the start page ``reruns`` times, each to its end."""
    address = f"ws://localhost:{port}/_stcore/stream"
    async with websockets.connect(address, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None) as server:
        for _ in range(reruns):
            message = BackMsg()
            message.rerun_script.query_string = ""
            await server.send(message.SerializeToString())
            await _finished(server)


async def _finished(server: websockets.ClientConnection) -> None:
    while True:
        answer = await asyncio.wait_for(server.recv(), RERUN_SECONDS)
        if isinstance(answer, bytes) and ForwardMsg.FromString(answer).WhichOneof("type") == "script_finished":
            return


if __name__ == "__main__":
    wait_until_up(int(sys.argv[1]))
    asyncio.run(view(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
