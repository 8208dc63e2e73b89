"""The dashboard asked over its real HTTP and websocket interface, as somebody who is signed in or pretends to be."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.serving.opened import text_of
from tests.serving.served import Answer, Served, serving

COOKIE, XSRF = "_streamlit_user", "_streamlit_xsrf"
SECRET = secrets.token_hex(32)
ENDED, FRAGMENT_ENDED, AGAIN = 0, 3, 2  # of ForwardMsg.script_finished
PATIENCE = 120  # seconds, on a machine that is busy with other tests


@contextmanager
def asking_who(folder: Path, store: Path) -> Iterator[Served]:
    """The dashboard with sign-in. Its provider is not there: whoever has no cookie of ours stays outside."""
    where = folder / "secrets.toml"
    values = {
        "redirect_uri": "http://127.0.0.1:1/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "cdmo",
        "client_secret": "only-for-this-run",
        "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
    }
    where.write_text("[auth]\n" + "".join(f"{name} = {json.dumps(text)}\n" for name, text in values.items()))
    settings = {"STREAMLIT_SECRETS_FILES": str(where), "KPI_ACCESS_LOG": str(folder / "access.log")}
    with serving(folder, f"duckdb:///{store}", **settings) as served:
        yield served


def cookie(served: Served, email: str, *, secret: str = SECRET, **claims: Any) -> str:
    """The cookie of a sign-in as the server would have set it."""
    now = int(time.time())
    said = {
        "sub": f"u-{email}", "email": email, "email_verified": True, "name": email, "iat": now, "exp": now + 3600,
        "iss": "http://127.0.0.1:9", "nonce": "n", "is_logged_in": True, "origin": served.address, **claims,
    }  # fmt: skip
    return create_signed_value(secret, COOKIE, json.dumps(said)).decode()


def headers(value: str, token: str = "") -> dict[str, str]:
    """What a browser with this cookie sends."""
    token = token or generate_xsrf_token_string()
    parts = [f"{XSRF}={token}", *([f"{COOKIE}={value}"] if value else [])]
    return {"Cookie": "; ".join(parts), "X-Xsrftoken": token}


@dataclass
class Tab:
    """One browser tab: its connection, and everything that came over it."""

    served: Served
    cookie: str
    connection: ClientConnection
    frames: list[bytes] = field(default_factory=list)
    session_id: str = ""
    widgets: dict[str, str] = field(default_factory=dict)  # ids by kind
    fragments: set[str] = field(default_factory=set)
    pages: dict[str, str] = field(default_factory=dict)  # page_script_hash by address
    deferred: dict[str, str] = field(default_factory=dict)  # what a download's button says, by its file's id

    def run(self, page: str = "", query: str = "", **changes: Any) -> str:
        """One run to its end; everything it sent, as text."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        for name, value in changes.items():
            setattr(message.rerun_script, name, value)
        return self.send(message)

    def send(self, message: BackMsg, until: str = "script_finished") -> str:
        self.connection.send(message.SerializeToString())
        return self.receive(until)

    def receive(self, until: str = "script_finished") -> str:
        came = b""
        while True:
            frame = self.connection.recv(timeout=PATIENCE)
            assert isinstance(frame, bytes)
            self.frames.append(frame)
            came += frame
            told = ForwardMsg.FromString(frame)
            self._note(told)
            kind = told.WhichOneof("type")
            if kind == until and (until != "script_finished" or told.script_finished in (ENDED, FRAGMENT_ENDED)):
                return came.decode(errors="replace")

    def _note(self, told: ForwardMsg) -> None:
        if told.WhichOneof("type") == "new_session":
            self.session_id = told.new_session.initialize.session_id
        if told.WhichOneof("type") == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in told.navigation.app_pages}
        if told.delta.fragment_id:
            self.fragments.add(told.delta.fragment_id)
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "download_button":
            self.deferred[element.download_button.deferred_file_id] = element.download_button.label
        if kind in ("selectbox", "text_input", "multiselect", "button_group"):
            self.widgets[getattr(element, kind).id] = kind

    def address_of(self, file_id: str) -> str:
        """Asks for a download as a press of its button does; its address, "" where it is refused."""
        message = BackMsg()
        request = message.backend_operation_request
        request.request_id, request.session_id = secrets.token_hex(4), self.session_id
        request.deferred_file.file_id = file_id
        self.send(message, "backend_operation_response")
        return ForwardMsg.FromString(self.frames[-1]).backend_operation_response.deferred_file.url

    def fetch(self, path: str) -> Answer:
        return self.served.ask(path, headers=headers(self.cookie), timeout=PATIENCE)

    def downloads(self) -> str:
        """The texts of everything that a button of the screen hands out, with the names of the files."""
        said = []
        for file_id in [one for one in self.deferred if one]:
            if address := self.address_of(file_id):
                answer = self.fetch(address)
                assert answer.status == 200, f"{self.deferred[file_id]}: {answer.status}"
                said.append(f"{dict(answer.headers)}\n{text_of(answer.body)}")
        return "\n".join(said)


@contextmanager
def tab(served: Served, value: str, existing: str = "", **more: str) -> Iterator[Tab]:
    """A tab with this cookie, "" for none; ``existing``: the session that it says to have been before."""
    token = generate_xsrf_token_string()
    address = served.address.replace("http://", "ws://")
    spoken = [Subprotocol(one) for one in ("streamlit", token, existing) if one]
    sent = {"Cookie": headers(value, token)["Cookie"], "Origin": served.address, **more}
    with connect(
        f"{address}/_stcore/stream", subprotocols=spoken, additional_headers=sent, max_size=None, open_timeout=PATIENCE
    ) as connection:
        yield Tab(served, value, connection)
