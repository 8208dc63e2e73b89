"""Who looks, at which figures, through which filters: everything a screen starts from.

``current()`` gives the ``Session`` of this run. Filters live in the URL (the sidebar's widgets are bound to query
parameters), so a link shows a colleague the same thing. Derived data is never kept in the session state; this module
holds the list of its keys; one more is in ``person.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import SIDES, Person, Right, Scope
from kpi.catalog import Catalog, load_catalog
from kpi.errors import InputRefused, UsageError
from pages.shared import marts as cached
from pages.shared import refusals
from pages.shared.person import actor, person_of_reader

if TYPE_CHECKING:
    from kpi.ledger.store import Store
    from kpi.marts import Marts

# Every key that the dashboard keeps in the session state. The first four are also the URL's query parameters.
PARTNER = "partner"
MONTH = "month"
WINDOW = "window"
AS_OF = "as_of"
INDICATOR = "kpi"  # bound on the indicator screen only
ORDER = "order"  # bound on the portfolio screen only
CURRENCY = "currency"  # bound on the indicator screen only, for indicators of money
SUBJECT = "of"  # bound on the indicator screen only: the site or product whose months are drawn
LIMITS = "limits"  # bound on the indicator screen only: the usual limits, or those for overdispersion
REBASELINE_DONE = "rebaseline_done"  # indicator screen: what was just recorded about a chart's phases
DRAWN_AS = "drawn_as"  # indicator screen: control chart or rolling values
BREAKDOWN = "breakdown"  # bound on the indicator screen only: by partner, site or product, or a funnel
EXPLAIN_SINCE, EXPLAIN_BY = "since", "why_by"  # bound on the indicator screen only: what a change is explained against
MEETING = "meeting"  # bound on the look-ahead screen only: the day of the next meeting
RECORDS = "records"  # partner screen: which dataset's latest records
NOTES = "filter_notes"  # sentences about a link whose filters could not be followed; shown once

# The upload and reference screens; those marked "bound" are also query parameters there.
DATASET = "dataset"  # bound: which kind of file is uploaded or explained
UPLOAD_SPAN = "upload_span"  # one month or a history load
UPLOAD_FROM, UPLOAD_TO = "upload_from", "upload_to"
UPLOAD_ASKED = "upload_asked"  # the month that the last followed link named
UPLOAD_ROUND = "upload_round"  # counts finished uploads; a new round starts with empty fields
UPLOAD_FILE, UPLOAD_CONFIRM = "upload_file", "upload_confirm"  # with the round's number behind
UPLOAD_PARTS = "upload_parts"  # the uploaded files, taken apart
UPLOAD_SAID = "upload_said"  # what a person said about each file
UPLOAD_WORK = "upload_work"  # what was worked out about each file, with what it rests on
UPLOAD_REMAP = "upload_remap"  # the files whose mapping a person wants to change
UPLOAD_MADE = "upload_made"  # mappings made in this session, before they are saved
UPLOAD_LIST, UPLOAD_SHOWN = "upload_list", "upload_shown"  # the list of several files, and the one shown
UPLOAD_RECEIPT = "upload_receipt"  # what the last confirmed upload became
SUBMISSION = "submission"  # bound: the submission whose details are shown
SUBMISSION_LIST, SUBMISSION_DONE = "submission_list", "submission_done"  # the table's row; what was just withdrawn
ONLY_DATASET, ONLY_STATE = "only_dataset", "only_state"  # bound: which submissions are listed
CALENDAR_SPAN, CALENDAR_PAGE = "months", "part"  # bound: the months of the reporting calendar, and which partners
SUBMISSIONS_SHOWN = "view"  # bound: the submissions, the audit trail, or two versions side by side
OFFER = "offer"  # bound: the offered file whose details are shown, by its ledger version
OFFER_LIST, OFFER_ENDED, OFFER_DONE = "offer_list", "offer_ended", "offer_done"  # the row; also decided; what was done
OFFER_SEEN = "offer_seen"  # the offer and the ledger version that its consequences were shown at
WITHDRAWAL_ASKED = "withdrawal_asked"  # the submission whose withdrawal is looked at before it happens
AUDIT_KIND, AUDIT_WHO, AUDIT_TEXT = "event", "who", "text"  # bound: filters of the audit trail
AUDIT_FROM, AUDIT_TO = "audit_from", "audit_to"
AUDIT_PAGE, AUDIT_LIST = "audit_page", "audit_list"  # which events are listed; the row chosen
EARLIER, LATER, COMPARED_KPI = "earlier", "later", "compared"  # bound: two versions side by side
COMPARED_FILE = "compared_file"  # whose changed records are shown
SHOWN = "show"  # bound: the dictionary's indicators, or its upload files
CATEGORY, SEARCH = "category", "search"  # bound: the dictionary's filters

ESCALATION = "escalation"  # the query parameter that names the escalation open on its screen; and its field
ESCALATIONS_SHOWN = "list"  # bound: open ones, the watch list, closed ones, or the alarm system's own figures
ACTION, ACTION_SIDE = "action", "action_side"  # what is done about an escalation, and for whom
ACTION_TEXT, ACTION_OWNER, ACTION_UNTIL = "action_text", "action_owner", "action_until"
ACTION_SAID = "action_said"  # what became of it; shown once

FIGURE_ACT, FIGURE_SIDE, FIGURE_TEXT = (
    "figure_act",
    "figure_side",
    "figure_text",
)  # what is said about a figure, for whom
FIGURE_SAID = "figure_said"  # what became of it; shown once

HELD = "held"  # the query parameter that names the meeting open on its screen
MEETING_PART = "shown"  # bound: the open meeting's agenda, figures, decisions, minutes or settings
MEETING_ITEM = "item"  # the query parameter that numbers the agenda item looked at
MEETING_SAID = "meeting_said"  # what became of the last thing done in a meeting; shown once
MEETING_SEEN = "meeting_seen"  # {meeting: the ledger version up to which this reader was told what others did}
MEETING_MINE = "meeting_mine"  # the ledger versions that this session wrote
MEETING_ROUND = "meeting_round"  # counts finished forms; a new round starts with empty fields
MEETING_PLAN = "meeting_plan"  # planning: whether its form is open
MEETING_FIELD = "meeting_field"  # begins the key of every field of a form about meetings
MEETING_WAY = "meeting_way"  # the screen that a button of a meeting leads to, and its query
MEETING_PACK = "meeting_pack"  # in a link to the export screen: the meeting whose frozen figures are exported
AGREED = "agreed"  # the query parameter that names the agreed action open for a change
AGREED_SHOWN = "agreed_shown"  # which agreed actions are listed
QBR_SCOPE = "qbr_for"  # one partner, or several in the background
QBR_FIGURES = "qbr_figures"  # "" for the sidebar's ledger version, or the meeting whose frozen one is shown
QBR_TITLE, QBR_UNTIL, QBR_KINDS = "qbr_title", "qbr_until", "qbr_kinds"  # title, look-ahead day, kinds of files
QBR_PARTNER, QBR_PARTNERS = "qbr_partner", "qbr_partners"  # asked where the sidebar names none; those of a batch
QBR_INDICATORS = "qbr_indicators"  # which indicators the packs of a batch have
QBR_PAGES = "qbr_pages"  # how the pages were arranged
QBR_COMMENTS = "qbr_comments"  # {(partner, month): {page: text}}
QBR_PAGE, QBR_COMMENT = "qbr_page", "qbr_comment"  # the page looked at; its comment's field
QBR_ROUND, QBR_LIST = "qbr_round", "qbr_list"  # counts the tables of pages; the table, with its round behind
QBR_TEMPLATE, QBR_TEMPLATE_FILE = "qbr_template", "qbr_template_file"  # the company's template, and its field
QBR_CHOICES_FILE = "qbr_choices_file"  # the field that takes saved choices, with its round behind
QBR_WANTED = "qbr_wanted"  # pages that a file of choices names, until the partner's pages are known
QBR_SAID = "qbr_said"  # what became of them; shown once
QBR_MADE = "qbr_made"  # which choices the offered files were made from
ACCESS_PART = "access"  # bound on the access screen only: the grants, a new one, somebody's rights, or the roles
ACCESS_SEARCH, ACCESS_GRANT = "holder", "grant"  # bound there: what grants are searched for; the one looked at
ACCESS_LIST = "access_list"  # the table's row
ACCESS_WHO, ACCESS_GROUPS = "access_who", "access_groups"  # whose rights are looked at, with groups of the provider
ACCESS_FIELD = "access_field"  # begins the key of every field of a new grant
ACCESS_ROUND = "access_round"  # counts what was granted and withdrawn; a new round starts with empty fields
ACCESS_SAID = "access_said"  # what became of the last one; shown once
JOBS_OWNER = "jobs_owner"  # names this session's work in the background
SIGNING_IN = "signing_in"  # set once this tab has left for the sign-in provider

ALL_PARTNERS = ""
WINDOWS = (1, 3, 12)


@dataclass(frozen=True)
class Filters:
    """What the sidebar says. ``partner`` is None for all partners; ``month`` is None only while nothing is recorded."""

    partner: str | None
    month: date | None
    window: int
    as_of: str | None


@dataclass(frozen=True)
class Session:
    """One reader's view in one run. ``marts`` are shared by all sessions and never changed by a screen."""

    store: Store
    catalog: Catalog
    person: Person
    actor: str
    marts: Marts
    filters: Filters
    notes: tuple[str, ...] = ()
    judged_on: date | None = None  # where something else than the filters fixed the day: a meeting

    @property
    def scope(self) -> Scope:
        """The partners whose data this reader may see."""
        return self.person.scope(Right.READ)

    def scope_for(self, right: Right, side: str | None = None) -> Scope:
        """The partners for whom this reader may do that now, none where they may not; ``side``: for whom it is done.

        Asked anew, not of this run's beginning: a button may be pressed long after it was drawn. What is done with it
        is refused in the ledger. One without the right for any partner is noted in the log, so this is for what was
        pressed; what is drawn asks ``may``.
        """
        person = person_of_reader(self.store)
        scope = person.scope(right, side)
        if scope.is_empty:
            refusals.refused(right, "an act", person.identity)
        return scope

    def may(self, right: Right, side: str | None = None, partner: str | None = None) -> bool:
        """Whether this reader may do that for ``partner`` (None: for any); what a screen need not offer otherwise."""
        scope = self.person.scope(right, side)
        return not scope.is_empty if partner is None else scope.allows(partner)

    def sides(self, right: Right | Callable[[str], Right], partner: str) -> list[str]:
        """The sides for which this reader may do that for ``partner``; ``right`` of a side, or the same for both."""
        of_side = right if callable(right) else lambda _side: right
        return [side for side in SIDES if self.may(of_side(side), side, partner)]

    @property
    def only_partner(self) -> str | None:
        """The one partner that this reader may see; None for one who may see several, or all that will ever be."""
        partners = self.scope.partners
        return next(iter(partners)) if partners is not None and len(partners) == 1 else None

    @property
    def looks_at(self) -> Scope:
        """The partners whose data are on a screen that follows the sidebar: the one chosen, or all that may be seen."""
        partner = self.filters.partner
        return self.scope if partner is None or not self.scope.allows(partner) else Scope.of([partner])

    @property
    def version(self) -> int:
        return self.marts.version

    @property
    def month(self) -> date:
        """The month looked at, first day; the last reported one until another is chosen. Not for an empty ledger."""
        month = self.filters.month or self.marts.last_month
        if month is None:
            raise LookupError("an empty ledger has no month")
        return month

    @property
    def is_empty(self) -> bool:
        """True while no record of partners that this reader may see has been accepted (at the version looked at)."""
        return self.marts.last_month is None or self.marts.kpi_monthly.empty


def current() -> Session:
    """The session of this run; cheap, because everything heavy is cached by ledger version.

    An as-of that never was gives the latest figures and a note that says so.
    Raises StoreUnavailable or StoreDamaged (no store), DefinitionsInvalid, InputRefused (nothing that they may see).
    """
    filters = read_filters()
    notes: tuple[str, ...] = ()
    store, catalog = cached.store(), load_catalog()
    person = person_of_reader(store)
    scope = person.scope(Right.READ)
    if scope.is_empty:
        raise InputRefused(f"{person.identity} has no access to this dashboard. Ask an administrator for it.")
    try:
        marts = cached.marts_as_of(store, catalog, filters.as_of, scope)
    except UsageError as error:
        notes = (f"{error} This shows the latest figures instead.",)
        filters = replace(filters, as_of=None)
        marts = cached.marts_as_of(store, catalog, None, scope)
    return Session(store, catalog, person, actor(), marts, filters, notes)


def read_filters() -> Filters:
    """The sidebar's present values, as its widgets left them in the session state: a browser may send any."""
    try:
        month = date.fromisoformat(f"{_text_of(MONTH)}-01")
    except ValueError:
        month = None
    window = st.session_state.get(WINDOW)
    return Filters(
        partner=_text_of(PARTNER) or None,
        month=month,
        window=window if isinstance(window, int) and window in WINDOWS else WINDOWS[0],
        as_of=_text_of(AS_OF) or None,
    )


def _text_of(key: str) -> str:
    found = st.session_state.get(key)
    return found.strip() if isinstance(found, str) else ""
