"""The escalation rules: ours say who responds how, and wrong ones are refused with a line per mistake."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kpi.catalog import load_catalog
from kpi.catalog.load import DEFINITIONS
from kpi.errors import DefinitionsInvalid

GOOD = """
holidays = [2026-12-25, 2026-01-01]
chattering_episodes = 3
chattering_months = 12

[[tier]]
tier = 1
name = "Team"
clock_days = 10
clock = "business"

[[tier]]
tier = 2
name = "Committee"

[[rule]]
id = "past_limit"
version = 1
name = "Past the limit"
tier = 1
subject = "indicator"
enter_months = 1
exit_months = 2
response = "Find the cause."
owner = "Somebody"
why = "It is late."
source = "Nobody."
review_by = 2027-09-30

[[rule.enter]]
kind = "status"
statuses = ["past limit"]

[[rule.exit]]
kind = "status"
statuses = ["met"]

[[rule]]
id = "silent"
version = 1
name = "No data"
tier = 2
subject = "partner"
covers = ["past_limit:submission_timeliness"]
enter_months = 1
exit_months = 1
response = "Send it."
owner = "Somebody"
why = "Nothing came."
source = "Nobody."
review_by = 2027-09-30

[[rule.enter]]
kind = "missing_data"

[[rule.exit]]
kind = "missing_data"
negated = true
"""

ENTER = '[[rule.enter]]\nkind = "status"\nstatuses = ["past limit"]'
RULE = "escalation.toml: rule past_limit: "
# What is changed in the good file → the line that the person who wrote it sees.
MISTAKES: list[tuple[str, str, str]] = [
    ('owner = "Somebody"', "", RULE + "owner is missing or not a text"),
    ("version = 1", "version = 0", RULE + "version is 0; it must be a whole number from 1 up"),
    ("tier = 1\nsubject", "tier = 3\nsubject", RULE + "tier is 3; it must be a whole number from 1 to 2"),
    ('"indicator"', '"product"', RULE + "subject is 'product'; allowed are indicator, partner"),
    ("enter_months = 1", "enter_months = 37", RULE + "enter_months is 37; it must be a whole number from 1 to 36"),
    ("2027-09-30", '"soon"', RULE + "review_by must be a date, written 2027-09-30"),
    ("exit_months = 2", "exit_months = 2\nkpis = []", RULE + "kpis names no indicator"),
    (
        "exit_months = 2",
        'exit_months = 2\nkpis = ["first_time_right"]',
        RULE + "kpis: no valid definition has the id 'first_time_right'; known are ",
    ),
    (
        "exit_months = 2",
        'exit_months = 2\nkpis = ["fill_rate"]\nnot_kpis = ["yield_attainment"]',
        RULE + "kpis and not_kpis exclude each other",
    ),
    ("exit_months = 2", 'exit_months = 2\nclock = "business"', RULE + "clock without clock_days says nothing"),
    ("exit_months = 2", "exit_months = 2\nclock_days = 0", RULE + "clock_days is 0; it must be a whole number from 1"),
    ("exit_months = 2", "exit_months = 2\ntreshold = 1", RULE + "'treshold' is not a known entry"),
    (
        "exit_months = 2",
        'exit_months = 2\ncovers = ["nothing"]',
        RULE + "covers 'nothing', which is no rule; the rules",
    ),
    (
        "exit_months = 2",
        'exit_months = 2\ncovers = ["silent"]',
        RULE + "covers itself, directly or through others, so nobody would see either",
    ),
    (
        "exit_months = 2",
        'exit_months = 2\ncovers = ["silent:timeliness"]',
        RULE + "covers: no valid definition has the id 'timeliness'",
    ),
    ('"past_limit"', '"silent"', "escalation.toml: rule silent: the id is used twice"),
    ('"past_limit"', '"Past limit"', "escalation.toml: rule Past limit: id must be small letters, digits and under"),
    (ENTER, "", RULE + "names no [[rule.enter]]"),
    (ENTER, '[[rule.enter]]\nkind = "value"', RULE + "enter: kind is 'value'; allowed are status, signal, amount, "),
    (ENTER, '[[rule.enter]]\nkind = "status"', RULE + "enter: 'status' needs statuses"),
    ('["past limit"]', '["no data"]', RULE + "enter: statuses is ['no data']; it must list one or more of met, missed"),
    ('["past limit"]', '["met"]\nwindow = 2', RULE + "enter: window is 2; allowed are 1, 3, 12"),
    ('["past limit"]', '["met"]\nat_least = 2', RULE + "enter: 'at_least' is no setting of 'status'; it takes "),
    ('["past limit"]', '["met"]\nbeyond_chance = 1', RULE + "enter: beyond_chance is 1; it must be true or false"),
    (
        ENTER,
        '[[rule.enter]]\nkind = "signal"\nsignals = ["drift"]',
        RULE + "enter: signals is ['drift']; it must list one or more of outside, trend, two_of_three, run",
    ),
    (
        ENTER,
        '[[rule.enter]]\nkind = "amount"\nkpi = "cost_per_released_batch"\nat_least = 1',
        RULE + "enter: kpi: 'cost_per_released_batch' is split by currency, so it has no one amount",
    ),
    (
        ENTER,
        '[[rule.enter]]\nkind = "amount"\nkpi = "fill_rate"\nat_least = 0',
        RULE + "enter: at_least is 0; it must be a number above 0",
    ),
    (
        ENTER,
        '[[rule.enter]]\nkind = "amount"\nat_least = 1\nkpi = "fill_rate"\nmeasure = "sum"',
        RULE + "enter: measure is 'sum'; allowed are value, numerator, shortfall",
    ),
    (ENTER, '[[rule.enter]]\nkind = "missing_data"', RULE + "'missing_data' stands alone: a rule about a partner that"),
    (
        '"partner"\ncovers',
        '"indicator"\ncovers',
        "escalation.toml: rule silent: 'missing_data' stands alone: a rule about a partner that",
    ),
    (
        'kind = "missing_data"\n\n',
        'kind = "several"\nstatuses = ["met"]\nat_least = 2\n\n',
        "escalation.toml: rule silent: 'missing_data' stands alone: a rule about a partner that",
    ),
    (
        'kind = "missing_data"\n\n',
        'kind = "status"\nstatuses = ["met"]\n\n',
        "escalation.toml: rule silent: 'status' looks at one indicator; a rule about a partner takes the others",
    ),
    ("holidays = [2026-12-25,", "holidays = [25,", "escalation.toml: holidays must list dates, written 2027-12-25"),
    ("chattering_months = 12", "", "escalation.toml: chattering_months is None; it must be a whole number from 1 up"),
    ("chattering_months", "chatering_months", "escalation.toml: 'chatering_months' is not a known entry"),
    ("tier = 2\nname", "tier = 3\nname", "escalation.toml: tier 2: tier is 3; tiers are listed 1, 2, 3"),
    ("clock_days = 10\n", "", "escalation.toml: tier 1: clock_days is None; it must be a whole number from 1 up"),
    ('"business"', '"working"', "escalation.toml: tier 1: clock is 'working'; allowed are calendar, business"),
    (
        'name = "Committee"',
        'name = "Committee"\nclock_days = 5',
        "escalation.toml: tier 2: clock_days: nothing lies above the last tier, so it cannot climb",
    ),
    ("[[tier]]", "[[tire]]", "escalation.toml: 'tire' is not a known entry"),
    (GOOD, "", "escalation.toml: names no [[rule]]"),
    (GOOD, "tier = ", "escalation.toml: not readable as TOML: "),
]


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[[str], Path]:
    """A folder of definitions whose escalation.toml is this text."""

    def made(text: str) -> Path:
        folder = tmp_path / "definitions"
        shutil.copytree(DEFINITIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "escalation.toml").write_text(text, encoding="utf-8")
        return folder

    return made


def test_a_policy_is_read_as_it_is_written(folder_of: Callable[[str], Path]) -> None:
    policy = load_catalog(folder_of(GOOD)).escalation
    assert [rule.id for rule in policy.rules] == ["past_limit", "silent"]
    assert policy.holidays == (date(2026, 1, 1), date(2026, 12, 25))
    assert policy.tier(2).clock_days is None
    first = policy.rules[0]
    assert (first.enter_when, first.clock_days, first.kpis, first.exit[0].statuses) == ("all", None, (), ("met",))


@pytest.mark.parametrize(("good", "bad", "line"), MISTAKES, ids=lambda text: text[-60:])
def test_a_mistake_has_its_line(good: str, bad: str, line: str, folder_of: Callable[[str], Path]) -> None:
    assert good in GOOD
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder_of(GOOD.replace(good, bad, 1)))
    assert any(mistake.startswith(line) for mistake in refused.value.mistakes), refused.value.mistakes


def test_all_mistakes_are_named_at_once(folder_of: Callable[[str], Path]) -> None:
    text = GOOD.replace("version = 1", "version = 0").replace('["met"]', '["green"]')
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder_of(text))
    assert len(refused.value.mistakes) == 3


def test_a_missing_file_is_named(folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(GOOD)
    (folder / "escalation.toml").unlink()
    with pytest.raises(DefinitionsInvalid, match=r"escalation\.toml: the file is missing"):
        load_catalog(folder)


def test_our_rules_say_who_responds_how_and_why() -> None:
    policy = load_catalog().escalation
    assert {rule.tier for rule in policy.rules} == {1, 2, 3}
    for rule in policy.rules:
        assert rule.response.endswith("."), rule.id
        assert rule.why.endswith("."), rule.id
        assert rule.owner, rule.id
        assert rule.source, rule.id
        assert rule.review_by > date(2026, 1, 1), rule.id


def test_a_tier_2_escalation_unresolved_for_sixty_days_is_the_sponsors() -> None:
    tier = load_catalog().escalation.tier(2)
    assert (tier.clock_days, tier.clock) == (60, "calendar")


FAMILY = """
[[family]]
lead = "on_time_in_full"
members = ["on_time_delivery", "perfect_order"]
why = "A late line misses all."

[[tier]]"""


def test_a_family_names_its_lead_and_members(folder_of: Callable[[str], Path]) -> None:
    policy = load_catalog(folder_of(GOOD.replace("\n[[tier]]", FAMILY, 1))).escalation
    assert policy.leads_of("on_time_delivery") == {"on_time_in_full"}
    assert policy.leads_of("on_time_in_full") == frozenset()


@pytest.mark.parametrize(
    ("good", "bad", "line"),
    [
        ('lead = "on_time_in_full"', 'lead = "on_time"', "escalation.toml: family 'on_time': no valid definition"),
        ('"perfect_order"', '"on_time_in_full"', "escalation.toml: family 'on_time_in_full': its member"),
        ('why = "A late line misses all."', "", "escalation.toml: family 'on_time_in_full': takes lead, members"),
    ],
)
def test_a_mistake_in_a_family_has_its_line(good: str, bad: str, line: str, folder_of: Callable[[str], Path]) -> None:
    text = GOOD.replace("\n[[tier]]", FAMILY.replace(good, bad, 1), 1)
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder_of(text))
    assert any(mistake.startswith(line) for mistake in refused.value.mistakes), refused.value.mistakes


def test_a_top_tier_below_the_rules_own_is_refused(folder_of: Callable[[str], Path]) -> None:
    text = GOOD.replace("tier = 2\nsubject", "tier = 2\ntop_tier = 1\nsubject", 1)
    with pytest.raises(DefinitionsInvalid, match="top_tier is 1, below its tier 2"):
        load_catalog(folder_of(text))
