"""data/samples/portfolio.toml as frozen objects: who is in the sample, how they work, and what happens to them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from kpi.sample.dates import month_end, month_of, months_between

PORTFOLIO_FILE = Path(__file__).resolve().parents[2] / "data" / "samples" / "portfolio.toml"


@dataclass(frozen=True)
class Settings:
    """How a site works in a month; the comments in portfolio.toml's [defaults] say what each value means."""

    batches_per_month: float
    batches_least: int
    batches_most: int
    cycle_days: float
    schedule_hit: float
    record_days: float
    lead_time_days: float
    lead_time_spread: float
    reject_share: float
    rework_share: float
    yield_mean: float
    yield_spread: float
    cost_level: float
    cost_reported: bool
    deviations_per_100: float
    linked_share: float
    critical_share: float
    major_share: float
    close_ratio: float
    close_spread: float
    straggler_share: float
    extension_share: float
    recurring_share: float
    capa_share: float
    capa_ratio: float
    capa_spread: float
    capa_effective: float
    response_ratio: float
    finding_ratio: float
    finding_spread: float
    repeat_share: float
    deliveries_per_month: float
    on_time: float
    late_days: float
    short_share: float
    documents_ok: float
    condition_ok: float


@dataclass(frozen=True)
class Change:
    """Settings that hold from one month to another, both included."""

    first: date
    last: date
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """Something that a steering committee would recognise; ``see`` names the indicators that show it."""

    id: str
    title: str
    sentence: str
    partner_id: str
    site_id: str
    see: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    received_days: tuple[int, int] | None = None
    skipped: tuple[tuple[str, date, date], ...] = ()
    root_cause: str = ""
    area: str = ""


@dataclass(frozen=True)
class Site:
    partner_id: str
    site_id: str
    site_name: str
    country: str
    functions: tuple[str, ...]
    qms_id: str
    active_from: date
    batch_ids: str
    first_number: int
    stage: str
    currency: str
    products: tuple[tuple[str, float], ...]
    audits: tuple[tuple[date, str, int], ...]
    settings: Settings
    stories: tuple[Story, ...] = ()

    def in_month(self, day: date) -> Settings:
        """The site's settings on a day, its stories' changes applied in the order in which they are told."""
        settings = self.settings
        for story in self.stories:
            for change in story.changes:
                if change.first <= day <= change.last:
                    settings = replace(settings, **change.values)
        return settings

    @property
    def recurring(self) -> Story | None:
        return next((story for story in self.stories if story.root_cause), None)


@dataclass(frozen=True)
class Partner:
    partner_id: str
    partner_name: str
    operating_model: str
    engagement: str
    pricing_model: str
    capacity_model: str
    agreement: str
    shape: str
    sites: tuple[Site, ...]
    stories: tuple[Story, ...]

    @property
    def active_from(self) -> date:
        return min(site.active_from for site in self.sites)


@dataclass(frozen=True)
class Portfolio:
    """The whole sample as described; ``first``, ``history_until`` and ``last`` are months (first days)."""

    seed: str
    first: date
    history_until: date
    last: date
    season: tuple[float, ...]
    partners: tuple[Partner, ...]
    stories: tuple[Story, ...]
    targets: Mapping[str, list[list[Any]]]
    restatement: Mapping[str, Any]
    withdrawal: Mapping[str, Any]
    register_change: Mapping[str, Any]
    months: tuple[date, ...] = field(default=())

    @property
    def sites(self) -> tuple[Site, ...]:
        return tuple(site for partner in self.partners for site in partner.sites)

    @property
    def last_day(self) -> date:
        return month_end(self.last)


def load_portfolio(path: Path = PORTFOLIO_FILE) -> Portfolio:
    """The portfolio described in ``path``; a setting that does not exist raises TypeError."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    first, last = month_of(data["first_month"]), month_of(data["last_month"])
    stories = tuple(_story(entry, first, last) for entry in data["stories"])
    return Portfolio(
        seed=data["seed"],
        first=first,
        history_until=month_of(data["history_until"]),
        last=last,
        season=tuple(data["season"]),
        partners=tuple(_partner(entry, data["defaults"], stories, first) for entry in data["partners"]),
        stories=stories,
        targets=data["targets"],
        restatement=data["restatement"],
        withdrawal=data["withdrawal"],
        register_change=data["register_change"],
        months=tuple(months_between(first, last)),
    )


def _story(entry: dict[str, Any], first: date, last: date) -> Story:
    changes = tuple(
        Change(
            first=month_of(change["from"]) if "from" in change else first,
            last=month_end(month_of(change["to"])) if "to" in change else month_end(last),
            values=change["set"],
        )
        for change in entry.get("changes", ())
    )
    days = entry.get("received_days")
    return Story(
        id=entry["id"],
        title=entry["title"],
        sentence=entry["sentence"],
        partner_id=entry["partner_id"],
        site_id=entry.get("site_id", ""),
        see=tuple(entry["see"]),
        changes=changes,
        received_days=(days[0], days[1]) if days else None,
        skipped=tuple((name, month_of(a), month_of(b)) for name, a, b in entry.get("skipped", ())),
        root_cause=entry.get("root_cause", ""),
        area=entry.get("area", ""),
    )


def _partner(entry: dict[str, Any], defaults: dict[str, Any], stories: tuple[Story, ...], first: date) -> Partner:
    own = tuple(story for story in stories if story.partner_id == entry["partner_id"])
    common = defaults | entry.get("settings", {})
    return Partner(
        partner_id=entry["partner_id"],
        partner_name=entry["partner_name"],
        operating_model=entry["operating_model"],
        engagement=entry["engagement"],
        pricing_model=entry["pricing_model"],
        capacity_model=entry["capacity_model"],
        agreement=entry["agreement"],
        shape=entry.get("shape", "ours"),
        sites=tuple(_site(site, entry["partner_id"], common, own, first) for site in entry["sites"]),
        stories=own,
    )


def _site(
    entry: dict[str, Any], partner_id: str, common: dict[str, Any], stories: tuple[Story, ...], first: date
) -> Site:
    return Site(
        partner_id=partner_id,
        site_id=entry["site_id"],
        site_name=entry["site_name"],
        country=entry["country"],
        functions=tuple(entry["functions"]),
        qms_id=entry["qms_id"],
        active_from=date.fromisoformat(entry["active_from"]) if "active_from" in entry else first,
        batch_ids=entry["batch_ids"],
        first_number=entry.get("first_number", 1),
        stage=entry["stage"],
        currency=entry["currency"],
        products=tuple((name, float(weight)) for name, weight in entry["products"]),
        audits=tuple((date.fromisoformat(day), kind, count) for day, kind, count in entry["audits"]),
        settings=Settings(**(common | entry.get("settings", {}))),
        stories=tuple(story for story in stories if story.site_id in ("", entry["site_id"])),
    )
