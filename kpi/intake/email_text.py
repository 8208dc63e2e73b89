"""What was found in a file as a text to paste into an e-mail to whoever sent it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.intake.contracts import dataset
from kpi.intake.findings import Findings
from kpi.intake.plausible_months import month_text
from kpi.intake.visible import visible

if TYPE_CHECKING:
    from kpi.intake.validate import Checked

MOST_LINES = 60
LINES_AROUND = 12  # greeting, what was checked, closing
WIDTH = 100
OURS = {"month_reported_already", "records_vanished"}  # what to do about them is for us, not for the partner
ON_MAPPING = re.compile(r",? or say in the mapping[^.;]*")  # the partner does not see the mapping
SHOWN = 300  # characters of one part of a group; lists of allowed values can be long
HEADINGS = {
    "error": "Please correct",
    "warning": "Please check, and tell us whether it is right",
    "notice": "For your information",
}


def email_text(checked: Checked, *, month_from: date, month_to: date, partners: Sequence[str] = ()) -> str:
    """Subject line, greeting, what was checked, the problems by kind with their rows, and what to do; plain text.

    At most about 60 lines: what does not fit is counted and stands in the annotated file. ``partners``: how the text
    names them; the file's own identifiers when there are none. Months are first days, inclusive.
    """
    findings, months = checked.findings, month_text((month_from, month_to))
    who = ", ".join(partners or checked.partners) or "your company"
    title = dataset(checked.dataset).title
    name = visible(checked.file_name)
    lines = [
        f"Subject: {visible(who)}: {title}, {months}: {_verdict(findings)}",
        "",
        "Good day,",
        "",
        *wrap(f"thank you for {name}, which we received as {title.lower()} of {visible(who)} for {months}.", WIDTH),
        *wrap(_checked(checked), WIDTH),
    ]
    lines += _problems(findings, MOST_LINES - LINES_AROUND - len(lines))
    lines += ["", *wrap(_request(findings, name), WIDTH), "", "Thank you for your help."]
    return "\n".join(lines) + "\n"


def _verdict(findings: Findings) -> str:
    if findings.errors:
        return "please correct the file"
    return "please check the file" if findings.warnings else "the file is in order"


def _checked(checked: Checked) -> str:
    rows = checked.rows_read
    if rows is None:
        return "We could not read it:" if len(checked.findings) else ""
    said = f"We checked its {rows:,} {'row' if rows == 1 else 'rows'} and found {_counted(checked.findings)}."
    return f"{said} Nothing of it was taken over yet." if checked.findings.errors else said


def _counted(findings: Findings) -> str:
    counts = (
        (findings.errors, "thing to correct", "things to correct"),
        (findings.warnings, "thing to check", "things to check"),
    )
    said = [f"{number:,} {one if number == 1 else many}" for number, one, many in counts if number]
    return " and ".join(said) or "nothing to correct"


def _problems(findings: Findings, most: int) -> list[str]:
    """The groups, errors first, as long as there is room; then how many are left."""
    lines: list[str] = []
    groups = [one for group in findings.grouped().to_dicts() for one in _told_apart(group, findings)]
    severity = ""
    for place, group in enumerate(groups):
        block = ["", f"{HEADINGS[group['severity']]}:"] if group["severity"] != severity else []
        block += _bulleted(_sentence(group))
        if len(lines) + len(block) > most - 2:
            left = sum(one["rows"] for one in groups[place:])
            return [*lines, "", f"… and {left:,} more of other kinds; the annotated file has them all."]
        severity = group["severity"]
        lines += block
    return lines


def _told_apart(group: dict[str, Any], findings: Findings) -> list[dict[str, Any]]:
    """A group of findings about the whole file one by one: each is about something else, a partner or a month."""
    same = (pl.col("code") == group["code"]) & (pl.col("severity") == group["severity"])
    frame = findings.frame.filter(same, pl.col("column").eq_missing(pl.lit(group["column"], pl.String)))
    if group["rows"] == 1:
        return [{**group, "value": frame["value"].first()}]
    if group["first_rows"]:
        return [group]
    frame = frame.filter(pl.col("row").is_null())
    return [{**group, **found, "rows": 1} for found in frame.select("problem", "allowed", "action").to_dicts()]


def _sentence(group: dict[str, Any]) -> str:
    """142 rows: due_date is before the deviation was opened (rows 17, 18, 21 …). Allowed: …. What to do."""
    column = f"{group['column']} " if group["column"] else ""
    value = f'"{group["value"]}" ' if group.get("value") else ""
    problem = _short(f"{column}{value}{group['problem']}")
    rows = group["first_rows"]
    if rows and group["rows"] == 1:
        said = f"Row {rows}: {problem}."
    elif rows:
        named = "" if problem.endswith(f"rows {rows}") else f" (rows {rows})"
        said = f"{group['rows']:,} rows: {problem}{named}."
    else:
        said = f"{problem[:1].upper()}{problem[1:]}."
    if group["allowed"]:
        said += f" Allowed: {_short(group['allowed'])}."
    action = "" if group["code"] in OURS else ON_MAPPING.sub("", group["action"] or "")
    return visible(f"{said} {action}." if action else said)


def _short(text: str) -> str:
    text = text.rstrip(".")
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"


def _bulleted(sentence: str) -> list[str]:
    return wrap(sentence, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)


def _request(findings: Findings, name: str) -> str:
    if not len(findings):
        return "There is nothing that you need to do."
    where = (
        "The annotated file is attached: its first sheet lists every finding with its row, and the cells are marked."
    )
    if findings.errors:
        return f"{where} Please correct your own file and send it again as a whole; {name} itself stays as you sent it."
    if findings.warnings:
        return f"{where} Please tell us for each point whether it is right, or send a corrected file."
    return f"{where} There is nothing that you need to do."
