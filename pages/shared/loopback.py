"""Without sign-in the dashboard is for one person on one computer. What does not come from there is refused.

``python -m pages.shared.loopback ADDRESS`` asks before a server is started: silence, or the refusal and exit code 2.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from kpi.errors import KpiError, UsageError

SECRETS_FILES = "STREAMLIT_SECRETS_FILES"
# A proxy in front adds one of these: then the reader sits somewhere else, whatever Host and address say.
ADDED_BY_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
WHAT_TO_DO = (
    "Without sign-in everybody who reaches the dashboard may see and do everything, so it serves this computer only. "
    "Either serve it on localhost (make run, or --server.address=localhost) and open it as http://localhost, or set up "
    "sign-in first: docs/signing-in.md."
)


def refused_address(address: str | None) -> str | None:
    """Why a server without sign-in may not listen on ``address``; None where it may. No address means all of them."""
    if is_loopback(address):
        return None
    where = f"on {address}" if address else "on every address of this computer"
    return f"Refused: the dashboard was told to listen {where}, and no sign-in is set up. {WHAT_TO_DO}"


def refused_request(headers: Mapping[str, str]) -> str | None:
    """Why the reader with these headers is not let in without sign-in; None where nothing speaks against it.

    ``headers`` of the connection, by any spelling; none at all where no server is involved. A page of another site
    whose name was pointed at this computer (DNS rebinding) sends that name as its Host and Origin.
    """
    sent = {name.title(): value for name, value in headers.items()}
    if not sent:
        return None
    host, origin = sent.get("Host", ""), sent.get("Origin")
    if added := next((name for name in ADDED_BY_A_PROXY if name in sent), None):
        return f"Refused: this request came through a proxy ({added}), and no sign-in is set up. {WHAT_TO_DO}"
    if not is_loopback(_name(f"//{host}")):
        return f"Refused: this request was sent to another name than localhost, and no sign-in is set up. {WHAT_TO_DO}"
    if origin is not None and _place(origin) != _place(f"//{host}"):
        return f"Refused: this request comes from a page of another site, and no sign-in is set up. {WHAT_TO_DO}"
    return None


def is_loopback(address: str | None) -> bool:
    """Whether only this computer reaches ``address``: localhost, 127.x.x.x or ::1."""
    if not address:
        return False
    bare = address.strip().strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _place(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def refusal_to_serve(address: str | None) -> str | None:
    """Why nobody may serve on ``address`` as things stand: without sign-in, or with one that is half set up."""
    refusal = refused_address(address)
    if refusal is None:
        return None
    from pages.shared.provider import provider

    try:
        return None if provider() is not None else refusal
    except KpiError as error:
        return str(error)


def main(address: str) -> int:
    """Exit code 2 and the reason where nobody may serve on ``address``."""
    refusal = refusal_to_serve(address)
    if refusal is None:
        return 0
    print(refusal, file=sys.stderr)
    return UsageError.exit_code


if __name__ == "__main__":
    from streamlit import config

    # Streamlit's command line reads this variable; here it is not running.
    if secrets := os.environ.get(SECRETS_FILES, "").split():
        config.set_option("secrets.files", secrets)
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
