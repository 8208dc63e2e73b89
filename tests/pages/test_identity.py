"""Whose sign-in counts, for how long, and which configurations are good enough to rely on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kpi.errors import NotSignedIn, SignInUnusable
from pages.shared.identity import RESTARTED, SIGNED_OUT_ELSEWHERE, groups_in, identity_of
from pages.shared.provider import Provider, read_provider
from pages.shared.signed_out import SignedOut
from pages.shared.way_back import KEPT, LONGEST, MOST, Way, Ways

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECTION = {
    "redirect_uri": "https://kpi.sponsor.example/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "cdmo",
    "client_secret": "s3cret-of-the-client",
    "server_metadata_url": "https://id.sponsor.example/.well-known/openid-configuration",
}


def configured(environment: Mapping[str, str] | None = None, **section: object) -> Provider:
    found = read_provider({**SECTION, **section}, environment or {})
    assert found is not None
    return found


def claims(**others: object) -> dict[str, Any]:
    at = int((NOW - timedelta(minutes=10)).timestamp())
    own = {"is_logged_in": True, "sub": "u-1", "email": "ann@x.example", "name": "Ann Berg", "iat": at, "nonce": "n"}
    return {**own, "exp": at + 3600, **others}


def who(provider: Provider | None = None, now: datetime = NOW, signed_out: SignedOut | None = None, **others: object):
    nobody_yet = signed_out or SignedOut(NOW - timedelta(days=1))
    return identity_of(claims(**others), provider or configured(), now, nobody_yet)


def test_an_identity_is_what_the_provider_says() -> None:
    found = who(groups=["quality", "steering"])
    assert (found.subject, found.email, found.name) == ("u-1", "ann@x.example", "Ann Berg")
    assert found.groups == {"quality", "steering"}
    assert found.expires_at == NOW + timedelta(minutes=50)
    assert found.written == "ann@x.example"


def test_an_email_address_that_is_not_confirmed_names_nobody() -> None:
    found = who(email_verified=False)
    assert (found.email, found.written) == ("", "u-1")
    named = who(sub="ann@x.example", email_verified=False)
    assert named.written == "sub:ann@x.example", "an address that nobody confirmed is not taken for Ann's"


@pytest.mark.parametrize("said", [False, "false", "False", "no", "", 0, [], {}])
def test_an_email_address_counts_only_where_nobody_says_that_it_is_not_confirmed(said: object) -> None:
    assert who(email_verified=said).written == "u-1"


@pytest.mark.parametrize("said", [True, "true", "True", None])
def test_some_providers_write_that_it_is_confirmed_as_a_text(said: object) -> None:
    assert who(email_verified=said).written == "ann@x.example"


@pytest.mark.parametrize(
    "email",
    ["u-2", "sub:bob@x.example", "ann@x.example\nbob@x.example", "ann@x.example\u202e", "a" * 300 + "@x.example", 7],
)
def test_what_is_no_address_of_mail_is_nobodys_name(email: object) -> None:
    """A grant may name somebody by the subject, so an address must never look like one."""
    assert who(email=email).written == "u-1"


def test_a_name_is_shown_on_one_line_and_cut_off() -> None:
    assert who(name="Ann\n\n# Berg\u202e").name == "Ann # Berg"
    assert who(name="\u202e").name == "ann@x.example"
    assert len(who(name="x" * 10_000).name) == 200


@pytest.mark.parametrize(
    "others", [{"is_logged_in": False}, {"is_logged_in": "yes"}, {"sub": ""}, {"sub": None}, {"sub": 7}]
)
def test_nobody_is_nobody_without_a_reason(others: dict[str, object]) -> None:
    with pytest.raises(NotSignedIn, match=r"^$"):
        who(**others)


@pytest.mark.parametrize(
    "others", [{"iat": None}, {"exp": None}, {"iat": True}, {"iat": "1"}, {"exp": 1e300}, {"iat": float("nan")}]
)
def test_a_sign_in_without_times_does_not_count(others: dict[str, object]) -> None:
    with pytest.raises(NotSignedIn, match="does not say when"):
        who(**others)


def test_a_sign_in_ends_with_the_token_or_after_the_longest_session() -> None:
    began = NOW - timedelta(minutes=10)
    far = int((began + timedelta(days=30)).timestamp())
    assert who(exp=far).expires_at == began + timedelta(hours=8)
    own = configured({"KPI_SESSION_HOURS": "2.5"})
    assert who(own).expires_at == began + timedelta(hours=2.5), "longer than the token, for the operator said so"
    assert who(own, exp=far).expires_at == began + timedelta(hours=2.5)
    who(now=began + timedelta(seconds=3599))
    with pytest.raises(NotSignedIn, match="ended at 12:50 UTC on 25 November 2026"):
        who(now=began + timedelta(seconds=3600))


def test_a_sign_out_ends_this_sign_in_and_no_other() -> None:
    signed_out = SignedOut(NOW - timedelta(days=1))
    ended = who(signed_out=signed_out)
    signed_out.end(ended.sign_in, ended.expires_at, NOW)
    with pytest.raises(NotSignedIn, match=SIGNED_OUT_ELSEWHERE):
        who(signed_out=signed_out)
    assert who(signed_out=signed_out, nonce="another").subject == "u-1"
    assert who(signed_out=signed_out, sub="u-2").subject == "u-2"
    signed_out.end("somebody else", NOW + timedelta(days=1), ended.expires_at)
    assert not signed_out.is_over(ended.sign_in), "forgotten once it would have run out"


def test_sign_ins_from_before_a_restart_do_not_count() -> None:
    with pytest.raises(NotSignedIn, match=RESTARTED):
        who(signed_out=SignedOut(NOW - timedelta(minutes=5)))
    assert who(signed_out=SignedOut(NOW - timedelta(minutes=9))), "clocks differ by a minute or two"


@pytest.mark.parametrize(
    ("claim", "found", "groups"),
    [
        ("groups", {"groups": ["a", "b", 3, ""]}, {"a", "b"}),
        ("groups", {"groups": "a"}, {"a"}),
        ("realm_access.roles", {"realm_access": {"roles": ["a"]}}, {"a"}),
        ("https://x.example/groups", {"https://x.example/groups": ["a"]}, {"a"}),
        ("groups", {}, set()),
        ("groups", {"groups": {"a": 1}}, set()),
        ("realm_access.roles", {"realm_access": "a"}, set()),
    ],
)
def test_groups(claim: str, found: dict[str, object], groups: set[str]) -> None:
    assert groups_in(found, claim) == groups


def test_nothing_configured_is_no_provider() -> None:
    assert read_provider(None, {"KPI_SESSION_HOURS": "rubbish"}) is None


@pytest.mark.parametrize(
    ("section", "environment", "why"),
    [
        *(({name: ""}, {}, name) for name in SECTION),
        *(({name: 7}, {}, name) for name in SECTION),
        ({"cookie_secret": "short"}, {}, "at least 32"),
        ({"redirect_uri": "https://kpi.sponsor.example/"}, {}, "end with /oauth2callback"),
        ({"redirect_uri": "http://kpi.sponsor.example/oauth2callback"}, {}, "https://"),
        ({"server_metadata_url": "http://id.sponsor.example/x"}, {}, "https://"),
        ({"server_metadata_url": "file:///etc/x"}, {}, "https://"),
        ({"server_metadata_url": "https://login.microsoftonline.com/common/v2.0/x"}, {}, "one tenant"),
        ({"server_metadata_url": "https://login.microsoftonline.com/Organizations/v2.0/x"}, {}, "one tenant"),
        *(
            ({}, {"KPI_SESSION_HOURS": hours}, "KPI_SESSION_HOURS")
            for hours in ("0", "-1", "25", "nan", "inf", "eight")
        ),
    ],
)
def test_a_configuration_that_is_not_good_enough_is_refused(
    section: dict[str, object], environment: dict[str, str], why: str
) -> None:
    with pytest.raises(SignInUnusable, match=why) as refused:
        configured(environment, **section)
    assert SECTION["client_secret"] not in str(refused.value)
    assert SECTION["cookie_secret"] not in str(refused.value)


def test_an_empty_section_and_trusted_headers_are_refused() -> None:
    with pytest.raises(SignInUnusable, match="redirect_uri, cookie_secret"):
        read_provider({}, {})
    with pytest.raises(SignInUnusable, match="trustedUserHeaders"):
        read_provider(SECTION, {}, {"X-User": "email"})
    assert configured({"KPI_GROUPS_CLAIM": " roles "}).groups_claim == "roles"


def test_a_way_back_is_for_one_browser_once_and_for_minutes() -> None:
    ways, way = Ways(), Way("indicator", {"kpi": "x"}, NOW)
    ways.remember("one", way)
    ways.remember("", way)
    ways.remember("greedy", Way("indicator", {"kpi": "x" * LONGEST}, NOW))
    assert [ways.seen(name, NOW) for name in ("two", "", "greedy")] == [None, None, None]
    assert ways.seen("one", NOW + KEPT) is None
    assert ways.taken("one", NOW) == way
    assert ways.taken("one", NOW) is None
    for number in range(MOST + 1):
        ways.remember(str(number), way)
    assert ways.seen("0", NOW) is None
    assert ways.seen(str(MOST), NOW) == way
