"""The security headers, on every kind of answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit

from pages.serving.headers import content_policy, fixed, inline_scripts
from tests.serving.served import Served

STATIC = Path(streamlit.__file__).parent / "static"


def some_script() -> str:
    return "/static/js/" + sorted((STATIC / "static" / "js").glob("index.*.js"))[0].name


@pytest.mark.parametrize(
    "path",
    ["/", "/partner?partner=X", "/healthz", "/metrics", "/_stcore/host-config", "/media/none", "/no/such/../thing"],
)
def test_every_answer_has_them_and_is_kept_by_nobody(served: Served, path: str) -> None:
    answer = served.ask(path)
    for name, value in fixed().items():
        assert answer.headers[name.lower()] == value
    assert answer.headers["cache-control"] == "no-store"


def test_streamlits_own_files_are_kept_by_browsers(served: Served) -> None:
    answer = served.ask(some_script())
    assert answer.status == 200
    assert "max-age" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_refused_upload_has_them_too(served: Served) -> None:
    answer = served.ask("/_stcore/upload_file/session/file", method="PUT", body=b"x")
    assert answer.status == 403
    assert answer.headers["content-security-policy"] == content_policy()


def test_the_policy_allows_no_other_machine_and_no_text_to_become_a_script() -> None:
    rules = dict(rule.split(" ", 1) for rule in content_policy().split("; "))
    assert rules["default-src"] == "'none'"
    assert "http" not in content_policy()
    assert "'unsafe-eval'" not in content_policy()
    assert "'unsafe-inline'" not in rules["script-src"]


def test_the_inline_script_of_the_installed_streamlit_is_the_one_that_is_allowed() -> None:
    assert len(inline_scripts()) == 1, "a new release of Streamlit: see what its page does, then change this"
