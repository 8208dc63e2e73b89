"""The same figures the way a data analyst writes them in pandas: boolean columns, groupby, rolling.

It starts from current records as frames (reading them is not timed) and yields n, numerator, denominator and value for
every indicator, three grains and three windows, like the other ways that the benchmark sets side by side.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

Frames = dict[str, pd.DataFrame]
GRAINS = {"partner": ["partner_id"], "site": ["partner_id", "site_id"], "product": ["partner_id", "product"]}


def build(frames: Frames) -> dict[str, pd.DataFrame]:
    """Tables of sums, medians and states, one row per indicator, entity and month."""
    lots, deviations = _prepared(frames)
    findings, lines = frames["audit_findings"], frames["deliveries"]
    sums = [
        _rolled(_monthly(frame, month_of, columns, grain, extra), kpis, grain, extra)
        for frame, month_of, columns, kpis, grains, extra in _shares(lots, deviations, findings, lines)
        for grain in grains
    ]
    medians = [
        _medians(frame[where], month_of, days, kpi_id, grain, window)
        for frame, where, month_of, days, kpi_id in _lengths(lots, deviations, lines)
        for grain in GRAINS
        for window in (1, 3, 12)
    ]
    states = [
        _states(frame, starts, ends, kpi_id, grain)
        for frame, starts, ends, kpi_id, grains in _backlogs(lots, deviations, findings, lines)
        for grain in grains
    ]
    return {"sums": pd.concat(sums), "medians": pd.concat(medians), "states": pd.concat(states)}


def _prepared(frames: Frames) -> tuple[pd.DataFrame, pd.DataFrame]:
    lots, deviations = frames["batch_records"].copy(), frames["deviations"].copy()
    linked = deviations[["partner_id", "batch_id"]].dropna().drop_duplicates().assign(has_deviation=True)
    lots = lots.merge(linked, on=["partner_id", "batch_id"], how="left")
    lots["has_deviation"] = lots["has_deviation"].notna()
    deviations = deviations.sort_values("opened_date")
    cause = ["partner_id", "site_id", "area", "root_cause"]
    previous = deviations.groupby(cause)["opened_date"].shift()
    same_day = previous == deviations["opened_date"]
    previous = previous.mask(same_day).groupby([deviations[name] for name in cause]).ffill()
    deviations["recurs"] = previous >= deviations["opened_date"] - pd.DateOffset(months=12)
    return lots, deviations


def _shares(lots: pd.DataFrame, deviations: pd.DataFrame, findings: pd.DataFrame, lines: pd.DataFrame) -> list[Any]:
    final = lots[lots["disposition"].isin(["released", "rejected"])].copy()
    final["released"] = final["disposition"] == "released"
    final["right"] = final["released"] & ~final["reworked"].fillna(False).astype(bool) & ~final["has_deviation"]
    final["one"] = 1
    costed = final.dropna(subset=["batch_cost", "currency"])
    weighed = lots.dropna(subset=["actual_yield", "theoretical_yield"]).assign(one=1)
    lots = lots.assign(one=1, kept=(lots["actual_start_date"] - lots["planned_start_date"]).abs().dt.days <= 2)
    deviations = deviations.assign(
        one=1,
        serious=deviations["severity"].isin(["critical", "major"]),
        invalidated=(deviations["type"] == "laboratory_oos") & (deviations["oos_outcome"] == "invalidated"),
        in_time=deviations["closed_date"] <= deviations["due_date"],
        capa_in_time=deviations["capa_closed_date"] <= deviations["capa_due_date"],
    )
    checked = deviations.dropna(subset=["capa_effective"])
    checked = checked.assign(effective=checked["capa_effective"].astype(bool))
    findings = findings.assign(
        one=1,
        repeats=findings["repeat_of"].notna(),
        first_of_audit=~findings.duplicated(["partner_id", "audit_id"]),
        answered=findings["response_date"] <= findings["response_due_date"],
        in_time=findings["closed_date"] <= findings["due_date"],
    )
    lines = lines.assign(one=1, on_time=lines["delivered_date"] <= lines["promised_date"])
    judged = lines[lines["delivered_date"].isna() | lines["delivered_quantity"].notna()].copy()
    judged["full"] = judged["on_time"] & (judged["delivered_quantity"] >= judged["ordered_quantity"])
    judged["filled"] = judged[["delivered_quantity", "ordered_quantity"]].fillna(0).min(axis=1)
    perfect = judged.assign(
        perfect=judged["full"]
        & judged["documents_ok"].fillna(False).astype(bool)
        & judged["condition_ok"].fillna(False).astype(bool)
    )
    everywhere, places = list(GRAINS), ["partner", "site"]
    return [
        (final, "disposition_date", ["released", "right", "one"], {"lot_acceptance_rate": ("released", "one"), "right_first_time": ("right", "one")}, everywhere, []),
        (costed, "disposition_date", ["batch_cost", "released"], {"cost_per_released_batch": ("batch_cost", "released")}, everywhere, ["currency"]),
        (weighed, "completed_date", ["actual_yield", "theoretical_yield"], {"yield_attainment": ("actual_yield", "theoretical_yield")}, everywhere, []),
        (lots, "planned_start_date", ["kept", "one"], {"schedule_adherence": ("kept", "one")}, everywhere, []),
        (pd.concat([lots.assign(month_of=lots["completed_date"]), deviations.assign(month_of=deviations["opened_date"], one=0, dev=1, release_tests=0)]), "month_of", ["dev", "serious", "invalidated", "one", "release_tests"], {"deviation_rate": ("dev", "one"), "serious_deviation_rate": ("serious", "one"), "invalidated_oos_rate": ("invalidated", "release_tests")}, everywhere, []),
        (deviations, "due_date", ["in_time", "one"], {"deviation_on_time_closure": ("in_time", "one")}, everywhere, []),
        (deviations, "closed_date", ["recurs", "one"], {"recurring_deviation_rate": ("recurs", "one")}, everywhere, []),
        (deviations, "capa_due_date", ["capa_in_time", "one"], {"capa_on_time": ("capa_in_time", "one")}, everywhere, []),
        (checked, "capa_evaluated_date", ["effective", "one"], {"capa_effectiveness": ("effective", "one")}, everywhere, []),
        (findings, "audit_date", ["one", "first_of_audit", "repeats"], {"findings_per_audit": ("one", "first_of_audit"), "repeat_finding_rate": ("repeats", "one")}, places, []),
        (findings, "response_due_date", ["answered", "one"], {"audit_response_on_time": ("answered", "one")}, places, []),
        (findings, "due_date", ["in_time", "one"], {"finding_closure_on_time": ("in_time", "one")}, places, []),
        (lines, "promised_date", ["on_time", "one"], {"on_time_delivery": ("on_time", "one")}, everywhere, []),
        (judged, "promised_date", ["full", "filled", "ordered_quantity", "one"], {"on_time_in_full": ("full", "one"), "fill_rate": ("filled", "ordered_quantity")}, everywhere, []),
        (perfect, "promised_date", ["perfect", "one"], {"perfect_order": ("perfect", "one")}, everywhere, []),
    ]  # fmt: skip


def _monthly(frame: pd.DataFrame, month_of: str, columns: list[str], grain: str, extra: list[str]) -> pd.DataFrame:
    dated = frame.dropna(subset=[month_of])
    month = dated[month_of].dt.to_period("M").rename("month")
    return dated.groupby([*GRAINS[grain], *extra, month])[columns].sum()


def _rolled(monthly: pd.DataFrame, kpis: dict[str, tuple[str, str]], grain: str, extra: list[str]) -> pd.DataFrame:
    names = [*GRAINS[grain], *extra]
    found = monthly.index.get_level_values("month")
    months = pd.period_range(found.min(), found.max(), freq="M", name="month")
    index_of: Any = monthly.index
    entities = index_of.droplevel("month").unique()
    index = [(*(key if isinstance(key, tuple) else (key,)), month) for key in entities for month in months]
    dense: Any = monthly.reindex(pd.MultiIndex.from_tuples(index, names=[*names, "month"])).fillna(0)
    tables = []
    for window in (1, 3, 12):
        rolled = dense.groupby(level=names).rolling(window, min_periods=1).sum().droplevel(list(range(len(names))))
        for kpi_id, (numerator, denominator) in kpis.items():
            part = rolled[[numerator, denominator]].set_axis(["numerator", "denominator"], axis=1)
            tables.append(part.assign(kpi_id=kpi_id, window=window, value=part["numerator"] / part["denominator"]))
    return pd.concat(tables).reset_index()


def _lengths(lots: pd.DataFrame, deviations: pd.DataFrame, lines: pd.DataFrame) -> list[Any]:
    final = lots["disposition"].isin(["released", "rejected"])
    late = lines["delivered_date"] > lines["promised_date"]
    return [
        (lots, final, "disposition_date", (lots["disposition_date"] - lots["completed_date"]).dt.days, "disposition_lead_time"),
        (lots, lots["record_received_date"].notna(), "record_received_date", (lots["record_received_date"] - lots["completed_date"]).dt.days, "record_turnaround"),
        (deviations, deviations["closed_date"].notna(), "closed_date", (deviations["closed_date"] - deviations["opened_date"]).dt.days, "deviation_cycle_time"),
        (lines, late, "promised_date", (lines["delivered_date"] - lines["promised_date"]).dt.days, "delivery_lateness"),
    ]  # fmt: skip


def _medians(frame: pd.DataFrame, month_of: str, days: pd.Series, kpi_id: str, grain: str, window: int) -> pd.DataFrame:
    records = frame[GRAINS[grain]].assign(month=frame[month_of].dt.to_period("M"), days=days)
    spread = pd.concat([records.assign(month=records["month"] + later) for later in range(window)])
    found = spread.groupby([*GRAINS[grain], "month"])["days"].agg(["median", "count"]).reset_index()
    return found.assign(kpi_id=kpi_id, window=window)


def _backlogs(lots: pd.DataFrame, deviations: pd.DataFrame, findings: pd.DataFrame, lines: pd.DataFrame) -> list[Any]:
    day = pd.Timedelta(days=1)
    critical = deviations[deviations["severity"] == "critical"]
    capas = deviations.dropna(subset=["capa_due_date"])
    severe = findings[findings["severity"] == "critical"]
    regulatory = severe[severe["audit_type"] == "regulatory"]
    everywhere, places = list(GRAINS), ["partner", "site"]
    return [
        (lots, lots["completed_date"] + 31 * day, lots["disposition_date"], "lots_pending_over_30_days", everywhere),
        (deviations, deviations["due_date"] + day, deviations["closed_date"], "overdue_deviations", everywhere),
        (critical, critical["due_date"] + day, critical["closed_date"], "overdue_critical_deviations", everywhere),
        (capas, capas["capa_due_date"] + day, capas["capa_closed_date"], "overdue_capas", everywhere),
        (findings, findings["due_date"] + day, findings["closed_date"], "overdue_findings", places),
        (severe, severe["audit_date"], severe["closed_date"], "open_critical_findings", places),
        (severe, severe["due_date"] + day, severe["closed_date"], "overdue_critical_findings", places),
        (regulatory, regulatory["audit_date"], regulatory["closed_date"], "open_critical_authority_findings", places),
        (lines, lines["promised_date"] + day, lines["delivered_date"], "past_due_deliveries", everywhere),
    ]


def _states(frame: pd.DataFrame, starts: pd.Series, ends: pd.Series, kpi_id: str, grain: str) -> pd.DataFrame:
    spans = frame[GRAINS[grain]].assign(entered=starts.dt.to_period("M"), ended=ends.dt.to_period("M"))
    spans = spans[spans["ended"].isna() | (spans["ended"] > spans["entered"])]
    entries = spans.groupby([*GRAINS[grain], "entered"]).size().rename_axis([*GRAINS[grain], "month"])
    exits = (
        spans.dropna(subset=["ended"]).groupby([*GRAINS[grain], "ended"]).size().rename_axis([*GRAINS[grain], "month"])
    )
    wide: Any = entries.sub(exits, fill_value=0).unstack("month").fillna(0)
    months = pd.period_range(wide.columns.min(), wide.columns.max(), freq="M", name="month")
    return (
        wide.reindex(columns=months, fill_value=0)
        .cumsum(axis=1)
        .stack()
        .rename("value")
        .reset_index()
        .assign(kpi_id=kpi_id)
    )
