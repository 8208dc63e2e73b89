"""The command ``scorecard``: every partner's score of a month and what it is made of."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from kpi.access import Right
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, plain, write_frame
from kpi.errors import UsageError
from kpi.present.wording import plural

if TYPE_CHECKING:
    from kpi.marts import Marts
    from kpi.signals.scorecard import Contribution, FlagState, Score


@click.command()
@click.option("--month", type=Month(), help="The month whose figures are scored. Default: the last one reported.")
@click.option("--partner", "partners", metavar="ID", multiple=True, help="Only this partner; may be repeated.")
@click.option(
    "--as-of", metavar="VERSION|DATE", help="As the figures stood at a ledger version, or at the end of a day (UTC)."
)
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def scorecard(
    context: click.Context, month: date | None, partners: tuple[str, ...], as_of: str | None, layout: str | None
) -> None:
    """Print the partners' scores.

    One row per partner, by its id and never by its score: the score (0 to 100), the cap of raised flags, the rating
    after it, and the intervals of score and rank when every weight is moved. JSON also has what each indicator
    contributes and the state of every flag. A score that does not exist is empty, never 0.
    """
    from kpi.catalog import load_catalog
    from kpi.marts.asked import load_asked
    from kpi.marts.select import require_known
    from kpi.signals.scorecard import scorecard as score_all

    settings = settings_of(context)
    catalog = load_catalog()
    marts = load_asked(settings.open_store(), catalog, as_of=as_of, scope=settings.scope_for(Right.READ))
    require_known("partner", partners, set(marts.register["partner_id"]))
    chosen = _month(marts, month)
    found = score_all(marts, catalog, chosen) if chosen else ()
    scores = [score for score in found if not partners or score.partner_id in partners]
    if layout == JSON:
        lines = ",\n".join(json.dumps(_as_object(score, chosen), ensure_ascii=False) for score in scores)
        click.echo(f"[\n{lines}\n]" if lines else "[]")
    else:
        import pandas as pd

        rows = [_row(score, chosen) for score in scores]
        whole = dict.fromkeys(("rank_low", "rank_high", "of", "left_out"), "Int64")
        write_frame(pd.DataFrame(rows, columns=list(COLUMNS)).astype(whole), layout)
    say(f"{plural(len(scores), 'partner')}, ledger version {marts.version}.")


COLUMNS = (
    "month",
    "partner_id",
    "score",
    "rating_cap",
    "rating",
    "score_low",
    "score_high",
    "rank_low",
    "rank_high",
    "of",
    "weight_with_figures",
    "left_out",
    "flags_raised",
    "flags_not_known",
)


def _month(marts: Marts, month: date | None) -> date | None:
    """The month asked for, else the last; None while there are no figures at all. Raises UsageError for one beyond."""
    if marts.last_month is None:
        return None
    months = marts.kpi_monthly["month"]
    first, last = months.min().date(), marts.last_month
    if month is not None and not first <= month <= last:
        raise UsageError(f"There are no figures for {month:%Y-%m}. Choose a month from {first:%Y-%m} to {last:%Y-%m}.")
    return month or last


def _row(score: Score, month: date | None) -> dict[str, Any]:
    return {
        "month": month,
        "partner_id": score.partner_id,
        "score": score.score,
        "rating_cap": score.rating_cap,
        "rating": score.capped,
        "score_low": score.low,
        "score_high": score.high,
        "rank_low": score.rank_low,
        "rank_high": score.rank_high,
        "of": score.of,
        "weight_with_figures": score.coverage,
        "left_out": sum(1 for part in score.contributions if part.left_out),
        "flags_raised": ";".join(state.flag.id for state in score.flags if state.state == "raised"),
        "flags_not_known": ";".join(state.flag.id for state in score.flags if state.state == "not known"),
    }


def _as_object(score: Score, month: date | None) -> dict[str, Any]:
    row = _row(score, month)
    for name in ("left_out", "flags_raised", "flags_not_known"):
        del row[name]
    row["month"] = f"{month:%Y-%m}" if month else None
    row["contributions"] = [_contribution(part) for part in score.contributions]
    row["flags"] = [_flag(state) for state in score.flags]
    return {name: plain(value) if not isinstance(value, list) else value for name, value in row.items()}


def _contribution(part: Contribution) -> dict[str, Any]:
    return {
        "kpi_id": part.kpi_id,
        "value": part.value,
        "n": part.n,
        "target": part.target,
        "limit": part.limit,
        "attainment": part.attainment,
        "agreed_weight": part.agreed_weight,
        "weight": part.weight,
        "points": part.points,
        "left_out": part.left_out,
        "all_or_nothing": part.all_or_nothing,
    }


def _flag(state: FlagState) -> dict[str, Any]:
    return {
        "flag": state.flag.id,
        "kpi_id": state.flag.kpi_id,
        "state": state.state,
        "value": state.value,
        "month": f"{state.month:%Y-%m}" if state.month else None,
        "cap": state.flag.cap,
    }
