"""What a QBR pack says, page by page: the one content that deck, workbook and PDF are written from.

Every number stands here once, as the marts hold it (fractions for percentages), beside the text that people read and
the number format in which Office shows it. Nothing here depends on the moment of the export: the same ledger version,
day and choices give the same pack.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kpi.present.prose import Sentence, text_of
from kpi.present.wording import day_name

# The kinds of pages in the order in which they stand unless somebody chooses another.
TITLE, SCORECARD, CHANGED, INDICATOR, ESCALATIONS, DECISIONS, LOOK_AHEAD, APPENDIX = KINDS = (
    "title",
    "scorecard",
    "changed",
    "indicator",
    "escalations",
    "decisions",
    "look_ahead",
    "appendix",
)


@dataclass(frozen=True)
class Provenance:
    """Which data the pack shows. ``recorded_at``: UTC without a zone, of the version; None for the empty ledger.

    ``store``: the store's file name without its folder. ``day``: the day (UTC) on which clocks and due dates were read.
    ``frozen_for``: "the meeting of 3 December 2026 (M-412)" where a meeting froze the version, else "".
    """

    store: str
    version: int
    recorded_at: datetime | None
    day: date
    definitions: str
    synthetic: bool
    frozen_for: str = ""

    @property
    def version_line(self) -> str:
        """ "Ledger version 412 of 3 November 2026, 09:12 UTC"."""
        when = "" if self.recorded_at is None else f" of {day_name(self.recorded_at)}, {self.recorded_at:%H:%M} UTC"
        return f"Ledger version {self.version}{when}"

    @property
    def line(self) -> str:
        """The source line of every page."""
        frozen = f", frozen for {self.frozen_for}" if self.frozen_for else ""
        made_up = "Synthetic sample data. " if self.synthetic else ""
        return (
            f"{made_up}{self.version_line}{frozen}; judged on {day_name(self.day)}; definitions {self.definitions}; "
            f"made from {self.store}"
        )


@dataclass(frozen=True)
class Verdict:
    """``icon``: a name in kpi.present.icons.ICONS, "" for none. ``short``: a few words for a table; ``sentence``."""

    icon: str
    short: str
    sentence: str


@dataclass(frozen=True)
class Figure:
    """One indicator at the period. Numbers as in ``kpi_monthly``, None for none; texts as the screens show them.

    ``status``: one of kpi.present.wording.STATUSES; its shape, colour and meaning: ``look_of(status)``. ``target`` and
    ``limit`` of a band are its lower edges, ``target_high`` and ``limit_high`` the upper ones (None for no band).
    ``trend``: the last 12 single months up to the period, oldest first. ``mark``: "objected" where the partner objected
    to the figure, "objection turned down" once it was answered; ``objections``: who said what, sentences.
    """

    key: str  # "right_first_time", or "supplied_value:EUR" where the indicator is split by currency
    kpi_id: str
    name: str  # with its currency
    category: str
    currency: str
    unit: str  # "%", "days", "per 100 lots", "EUR", "" for a plain count
    number_format: str  # as Excel and PowerPoint read it: '0.0%', '#,##0.0'
    value: float | None
    value_text: str  # "88.5 %", "–"
    n: float | None
    n_text: str  # "412", "" where there is none to show
    numerator: float | None
    denominator: float | None
    lower: float | None  # 95 % interval
    upper: float | None
    interval_text: str
    target: float | None
    target_high: float | None
    target_text: str  # "≥ 95.0 %"
    limit: float | None
    limit_high: float | None
    limit_text: str
    status: str
    status_meaning: str
    variation: Verdict
    assurance: Verdict
    trend: tuple[float | None, ...]
    mark: str = ""
    objections: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChartMonth:
    """One month of a control chart; numbers as in ``kpi_monthly`` and ``Signals.points``, None for none.

    ``rule``: one of kpi.signals.rules.RULES, "" for none; ``rule_text`` in words. ``reading``: improvement, concern,
    high, low, common cause or "". ``phase`` numbers the phases of limits from 0; None without a point. Months after the
    period are not there.
    """

    month: date
    value: float | None
    n: float | None
    numerator: float | None
    denominator: float | None
    centre: float | None
    lower_limit: float | None
    upper_limit: float | None
    target: float | None
    target_high: float | None
    limit: float | None
    limit_high: float | None
    status: str
    rule: str
    rule_text: str
    reading: str
    phase: int | None


@dataclass(frozen=True)
class Page:
    """What every page has. ``key`` names it in choices: its kind, or "indicator:" and the figure's key.

    ``comment``: what the alliance manager wrote for this page, "" for nothing. ``restated``: "Restated since first
    reported: …", "" where nothing was. ``notes``: the page in words, for speaker notes and screen readers.
    """

    kind: str
    key: str
    title: str
    comment: str = ""
    restated: str = ""
    notes: str = ""


@dataclass(frozen=True)
class TitlePage(Page):
    """``lines`` stand under the title: partner, period, sites."""

    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScorecardPage(Page):
    """``categories`` in the catalogue's order, each (name, figures). ``score``: sentences, the figure first."""

    score: tuple[str, ...] = ()
    categories: tuple[tuple[str, tuple[Figure, ...]], ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for _, figures in self.categories for figure in figures)


@dataclass(frozen=True)
class ChangedPage(Page):
    """Where it stands, what changed, why it matters: three sentences, each in stretches that stand out or don't."""

    sentences: tuple[Sentence, ...] = ()

    @property
    def plain(self) -> tuple[str, ...]:
        return tuple(text_of(sentence) for sentence in self.sentences)


@dataclass(frozen=True)
class IndicatorPage(Page):
    """``months``: all up to the period, oldest first; empty where no month has a value.

    ``statement``: the figure in one sentence. ``flagged``: (month, rule in words), newest first. ``phases``: months in
    which limits began anew, with the reason. ``source`` of the method; ``datasets`` that the indicator reads.
    ``chart_name``: "p chart".
    """

    figure: Figure | None = None
    statement: str = ""
    reading: str = ""
    target: str = ""
    gaps: str = ""
    chart_name: str = ""
    months: tuple[ChartMonth, ...] = ()
    flagged: tuple[tuple[date, str], ...] = ()
    phases: tuple[tuple[date, str], ...] = ()
    definition: str = ""
    why: str = ""
    source: str = ""
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True)
class EscalationRow:
    id: str
    about: str
    rule: str
    tier: int
    tier_name: str
    state: str  # "Raised for September 2026, open for 43 days."
    acknowledged: str  # sentence, "" for nobody
    response: str
    owner: str
    due_on: date | None
    clock: str  # "12 days left, until 3 December 2026"
    overdue: bool


@dataclass(frozen=True)
class EscalationsPage(Page):
    """``summary``: one sentence. ``rows``: every open escalation, the gravest first, shelved ones last."""

    summary: str = ""
    rows: tuple[EscalationRow, ...] = ()


@dataclass(frozen=True)
class DecisionRow:
    id: str  # "D-415"
    day: date
    meeting: str  # "Steering committee of 3 December 2026"
    text: str
    about: str  # what it is linked to, in words; "" for nothing
    decided_by: str


@dataclass(frozen=True)
class ActionRow:
    """``due_on``: the date first agreed, by which it is overdue or on time; ``extended_to``: the one agreed since."""

    id: str  # "A-416"
    text: str
    about: str
    owner: str
    side: str  # "sponsor" or "partner"
    due_on: date
    state: str  # "open", "in progress", "done", "cancelled"
    closed_on: date | None
    overdue: bool
    extended_to: date | None = None


@dataclass(frozen=True)
class DecisionsPage(Page):
    """``closed_on_time``: the figure in one sentence, with its n. Decisions newest first, actions by due date."""

    closed_on_time: str = ""
    decisions: tuple[DecisionRow, ...] = ()
    actions: tuple[ActionRow, ...] = ()


@dataclass(frozen=True)
class CommitmentRow:
    when: str  # "12 days overdue", "in 5 days"
    overdue: bool
    what: str
    site: str
    record_id: str
    severity: str
    description: str
    due_on: date
    extended_to: date | None


@dataclass(frozen=True)
class LookAheadPage(Page):
    """``summary`` and ``unconfirmed``: sentences; ``rows``: the earliest date first; ``until``: the day looked to."""

    summary: str = ""
    unconfirmed: str = ""
    until: date = date.min
    rows: tuple[CommitmentRow, ...] = ()


@dataclass(frozen=True)
class MonthlyRow:
    """One figure's single months: (value, value text, n, status) for each of ``AppendixPage.months``."""

    figure: Figure
    cells: tuple[tuple[float | None, str, float | None, str], ...]


@dataclass(frozen=True)
class SourceRow:
    """One submission that stands behind the pack's months."""

    submission_id: str
    dataset: str
    months: str
    file_name: str
    rows: int
    received_at: datetime
    actor: str
    version: int
    restated: int  # records that it changed
    sha256: str


@dataclass(frozen=True)
class DefinitionRow:
    name: str
    version: int
    sentence: str
    unit: str
    better: str
    numerator: str
    denominator: str
    chart: str
    source: str
    owner: str


@dataclass(frozen=True)
class AppendixPage(Page):
    """Monthly values, the files behind them, the definitions."""

    months: tuple[date, ...] = ()
    monthly: tuple[MonthlyRow, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    definitions: tuple[DefinitionRow, ...] = ()


@dataclass(frozen=True)
class Pack:
    """``period``: "October 2026" or "the 3 months to October 2026". ``pages`` in the chosen order, never empty.

    ``window``: months that the figures count, 1, 3 or 12.
    """

    partner_id: str
    partner: str
    month: date
    window: int
    period: str
    provenance: Provenance
    pages: tuple[Page, ...]

    @property
    def indicator_pages(self) -> tuple[IndicatorPage, ...]:
        return tuple(page for page in self.pages if isinstance(page, IndicatorPage))

    def foot(self, page: Page) -> tuple[str, str]:
        """The two lines at the foot of a page: partner, period and what was restated; and the source line."""
        restated = f". {page.restated}" if page.restated else ""
        return f"{self.partner}, {self.period}{restated}", self.provenance.line
