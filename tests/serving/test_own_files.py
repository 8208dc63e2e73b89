"""An address of a file or an upload opens nothing for anybody but whom it was made for, and for them while they may."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.access.policy import GROUP, IDENTITY
from kpi.ledger.access import grant_access, withdraw_access
from kpi.ledger.store import Store, open_store
from kpi.ledger.submissions import submit
from tests.serving.served import MARCH, MARKER, Served, delivery, serving, small_store
from tests.serving.talk import Tab, asking_who, cookie, headers, tab
from tests.support import checked_rows

HEL, BO, ADA = "hel@helix.example", "bo@other.example", "ada@sponsor.example"
FORM = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\na\r\n--x--\r\n'
MISSING = "/media/00000000000000000000000000000000.csv"


def granted(store: Store, holder: str, role: str, side: str, partner: str | None, holder_kind: str = IDENTITY) -> int:
    return grant_access(
        store,
        holder=holder,
        holder_kind=holder_kind,
        role=role,
        side=side,
        partners=None if partner is None else [partner],
        reason="set up",
        actor="set up",
        now=datetime.now(UTC),
        scope=EVERYTHING,
    ).version


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("own_files")
    store = small_store(folder)
    granted(store, ADA, "administrator", SPONSOR_SIDE, None)
    granted(store, HEL, "quality_lead", PARTNER_SIDE, MARKER)
    granted(store, BO, "quality_lead", PARTNER_SIDE, "OTHER")
    with asking_who(folder, store.path) as dashboard:
        with tab(dashboard, cookie(dashboard, ADA)) as first:
            first.run()
        yield dashboard


def original_in(one: Tab) -> str:
    """The id of the file behind the button for a submission's original."""
    one.run("submissions", "submission=S000002")
    return next(file for file, label in one.deferred.items() if label == "Original file")


def test_a_download_is_for_whom_it_was_made(asked: Served) -> None:
    missing = asked.ask(MISSING, headers=headers(cookie(asked, HEL)))
    with tab(asked, cookie(asked, HEL)) as one, tab(asked, cookie(asked, BO)) as other:
        file = original_in(one)
        where = one.address_of(file)
        assert MARKER in one.fetch(where).text
        for value in ("", cookie(asked, BO), cookie(asked, ADA), cookie(asked, HEL, secret="x" * 64), "rubbish"):
            answer = asked.ask(where, headers=headers(value))
            assert (answer.status, answer.body) == (missing.status, missing.body) == (404, b"File not found\n")
            assert asked.ask(where, method="HEAD", headers=headers(value)).status == 404
            assert asked.ask(where, headers={**headers(value), "Range": "bytes=0-9"}).status == 404
        other.run()
        assert other.fetch(other.address_of(file)).status == 404
        assert one.fetch(where).status == 200
    assert "refused: foreign_file" in asked.log


def test_a_second_tab_of_the_same_person_may_fetch_it(asked: Served) -> None:
    with tab(asked, cookie(asked, HEL)) as one:
        where = one.address_of(original_in(one))
        assert asked.ask(where, headers=headers(cookie(asked, HEL, nonce="another"))).status == 200


def test_once_access_is_withdrawn_or_the_sign_in_over_nothing_is_handed_out(asked: Served) -> None:
    store = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}")
    version = granted(store, "tom@helix.example", "viewer", PARTNER_SIDE, MARKER)
    soon = int(time.time()) + 15
    with (
        tab(asked, cookie(asked, "tom@helix.example")) as tom,
        tab(asked, cookie(asked, HEL, exp=soon)) as hel,
    ):
        files = [(one, original_in(one)) for one in (tom, hel)]
        addresses = [one.address_of(file) for one, file in files]
        assert all(one.fetch(where).status == 200 for (one, _), where in zip(files, addresses, strict=True))
        withdraw_access(store, version, reason="left", actor="set up", now=datetime.now(UTC), scope=EVERYTHING)
        time.sleep(max(0.0, soon + 1 - time.time()))
        assert [one.fetch(where).status for (one, _), where in zip(files, addresses, strict=True)] == [404, 404]
        assert [one.address_of(file) for one, file in files] == ["", ""]


def test_what_was_offered_under_other_rights_has_to_be_offered_anew(asked: Served) -> None:
    store = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}")
    granted(store, "eva@helix.example", "viewer", PARTNER_SIDE, "OTHER")
    version = granted(store, "eva@helix.example", "committee_member", PARTNER_SIDE, MARKER)
    with tab(asked, cookie(asked, "eva@helix.example")) as eva:
        file = original_in(eva)
        made = eva.address_of(file)
        assert MARKER in eva.fetch(made).text
        withdraw_access(store, version, reason="moved", actor="set up", now=datetime.now(UTC), scope=EVERYTHING)
        assert eva.address_of(file) == ""
        assert eva.fetch(made).status == 404, "made while she saw that partner"


def test_a_workbook_goes_back_to_whoever_sent_it_though_only_their_group_is_known(asked: Served) -> None:
    """Neither a colleague of the group nor somebody with the sender's address unconfirmed is the sender."""
    store = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}")
    granted(store, "helix-people", "viewer", PARTNER_SIDE, MARKER, holder_kind=GROUP)
    file = checked_rows("deliveries", [delivery(3)])
    book = replace(file, reading=replace(file.reading, format="xlsx", sheet="March"), content=b"PK of gus")
    sent = submit(
        store, book, month_from=MARCH, month_to=MARCH, actor="gus@helix.example", reason="", now=datetime.now(UTC),
        accept_warnings=True, scope=EVERYTHING,
    )  # fmt: skip
    query = f"submission={sent.submission_id}"
    for email, confirmed, has in (
        ("gus@helix.example", True, True),
        ("eva2@helix.example", True, False),
        ("gus@helix.example", False, False),
    ):
        value = cookie(asked, email, email_verified=confirmed, groups=["helix-people"], name="gus@helix.example")
        with tab(asked, value) as one:
            said = one.run("submissions", query)
            found = [file for file, label in one.deferred.items() if label == "Original file"]
            assert bool(found) == has != ("it is not handed out" in said), email
            if found:
                assert one.fetch(one.address_of(found[0])).body == book.content


def test_an_upload_goes_into_ones_own_session_only(asked: Served) -> None:
    with tab(asked, cookie(asked, HEL)) as one, tab(asked, cookie(asked, BO)) as other:
        one.run("monthly_upload")
        other.run("monthly_upload")
        for value, session, status in (
            (one.cookie, one.session_id, 204),
            (one.cookie, other.session_id, 404),
            (one.cookie, "no-such-session", 404),
            ("", one.session_id, 404),
            (cookie(asked, "stranger@x.example"), one.session_id, 404),
        ):
            for method, body in (("PUT", FORM), ("DELETE", None)):
                sent = {**headers(value), "Content-Type": "multipart/form-data; boundary=x"}
                answer = asked.ask(f"/_stcore/upload_file/{session}/f", method=method, headers=sent, body=body)
                assert answer.status == status, f"{method} into {session}: {answer.text}"


def test_without_sign_in_files_come_as_before(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("alone")
    store = small_store(folder)
    with serving(folder, f"duckdb:///{store.path}") as alone, tab(alone, "") as one:
        one.run()
        where = one.address_of(original_in(one))
        assert MARKER in one.fetch(where).text
        assert alone.ask(MISSING).status == 404
