"""The list of commands. ``cli`` is what ``python -m kpi`` runs."""

from __future__ import annotations

import click

from kpi.cli.access import access, grant, revoke, roles
from kpi.cli.alarms import alarms
from kpi.cli.auditing import audit, compare, original
from kpi.cli.backup import backup, restore
from kpi.cli.benchmark import bench
from kpi.cli.charts import indicator_chart
from kpi.cli.escalations import escalations, evidence
from kpi.cli.explaining import explain
from kpi.cli.export import export
from kpi.cli.figure_notes import figure_notes, note_figure
from kpi.cli.figures import definitions, indicators
from kpi.cli.governance import rebaseline, rebaselines, respond, withdraw_rebaseline
from kpi.cli.look_ahead import look_ahead
from kpi.cli.mappings import drop_mapping, mappings, save_mapping, suggest
from kpi.cli.meeting_outcomes import (
    agree_action,
    agreed_actions,
    change_action,
    decide,
    decisions,
    withdraw_decision,
)
from kpi.cli.meetings import cancel_meeting, change_meeting, meeting, meetings, open_meeting
from kpi.cli.minutes import issue_minutes, minutes, sign_minutes
from kpi.cli.offers import accept, four_eyes, offered_file, offers, refuse, set_four_eyes, take_back
from kpi.cli.options import store_and_actor
from kpi.cli.records import demo, submissions, verify, withdraw
from kpi.cli.reporting import calendar
from kpi.cli.scorecard import scorecard
from kpi.cli.spc import spc
from kpi.cli.submitting import submit
from kpi.cli.submitting_all import submit_all
from kpi.cli.templates import template

HELP_WIDTH = 100
EPILOG = (
    "Exit codes: 0 done; 1 the input was refused, the findings are printed and nothing was written; "
    "2 the request makes no sense; 3 the store could not be opened or is damaged; "
    "70 a defect of the program, with an incident id and a line in the log; 130 interrupted."
)


class InOrder(click.Group):
    """Lists its commands in the order in which they were added, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=InOrder,
    epilog=EPILOG,
    context_settings={"max_content_width": HELP_WIDTH, "help_option_names": ["-h", "--help"]},
)
@store_and_actor
def cli() -> None:
    """Governance indicators of outsourced drug manufacturing, from partners' files to figures.

    Tables go to standard output and nothing else does; messages go to standard error.

    In CSV, a text that a spreadsheet would take for a formula (=cmd) begins with an apostrophe; numbers do not. JSON
    and Parquet are exact.
    """


# In the order in which a newcomer needs them.
for _command in (
    demo,
    template,
    suggest,
    save_mapping,
    mappings,
    drop_mapping,
    submit,
    submit_all,
    offers,
    accept,
    refuse,
    take_back,
    offered_file,
    withdraw,
    submissions,
    calendar,
    original,
    audit,
    compare,
    indicators,
    indicator_chart,
    spc,
    explain,
    look_ahead,
    scorecard,
    escalations,
    evidence,
    export,
    definitions,
    respond,
    note_figure,
    figure_notes,
    rebaseline,
    rebaselines,
    withdraw_rebaseline,
    meetings,
    meeting,
    open_meeting,
    change_meeting,
    cancel_meeting,
    decide,
    withdraw_decision,
    decisions,
    agree_action,
    change_action,
    agreed_actions,
    issue_minutes,
    minutes,
    sign_minutes,
    grant,
    revoke,
    access,
    roles,
    four_eyes,
    set_four_eyes,
    verify,
    backup,
    restore,
    bench,
    alarms,
):
    cli.add_command(_command)
