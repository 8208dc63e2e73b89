"""Each record beside the one in force under its key, and each number beside what is usual for the product."""

from __future__ import annotations

from functools import reduce
from operator import and_

import polars as pl

from kpi.catalog.plausibility import Amount, Check, Differ, Plausibility
from kpi.intake.contracts.base import Dataset
from kpi.intake.past import Past
from kpi.intake.places import Places, plain_number

BEFORE = "\x1fbefore"  # suffix of the columns that hold the record in force; no column of ours has it
DIGITS = 4  # of numbers in sentences


def record_findings(
    contract: Dataset, records: pl.DataFrame, past: Past, places: Places, policy: Plausibility
) -> list[pl.DataFrame]:
    """Findings about cells, as rows of findings."""
    tenfold = policy.check("yield_tenfold")
    said = [
        _tenfold(amount, records, past.usual[amount.column], places, tenfold)
        for amount in tenfold.of
        if amount.dataset == contract.name and amount.column in past.usual
    ]
    if not past.standing.height:
        return said
    pairs = _pairs(contract, records, past.standing)
    reused, about_keys = _reused(contract, pairs, places, policy.check("key_reused"))
    # A record that is another one altogether did not go backwards: one mistake is told once.
    return [*said, *about_keys, *_backwards(contract, pairs, ~reused, places, policy.check("went_backwards"))]


def _pairs(contract: Dataset, records: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """The columns that are compared, each beside its value in force (null where the key is new), in file order."""
    key = list(contract.key)
    compared = [name for name in standing.columns if name not in key]
    before = standing.rename({name: name + BEFORE for name in compared})
    return records.select(*key, *compared).join(before, on=key, how="left", maintain_order="left")


def _reused(
    contract: Dataset, pairs: pl.DataFrame, places: Places, check: Check
) -> tuple[pl.Series, list[pl.DataFrame]]:
    found, said = pl.repeat(False, pairs.height, dtype=pl.Boolean, eager=True), []
    for rule in check.when:
        if rule.dataset != contract.name:
            continue
        mask = pairs.select(reduce(and_, (_differs(pairs, name, rule) for name in rule.differ))).to_series() & ~found
        found = found | mask
        words = [
            pl.format(f"{_spoken(contract, name)} {{}}, before {{}}", pl.col(name), pl.col(name + BEFORE))
            for name in rule.differ
        ]
        said.append(
            places.where(
                mask,
                contract.key[1],
                check.id,
                pl.concat_str(
                    [pl.lit("stands for something else than before: "), pl.concat_str(words, separator="; ")]
                ),
                "each number for one and the same record, always",
                "give the record a number of its own, for instance with the year; accept the warning if the earlier "
                "record was wrong and this one is to take its place",
                frame=pairs.with_columns(pl.col(pl.Date).dt.strftime("%Y-%m-%d")),
                severity=check.severity,
            )
        )
    return found, said


def _differs(pairs: pl.DataFrame, name: str, rule: Differ) -> pl.Expr:
    now, before = pl.col(name), pl.col(name + BEFORE)
    if pairs.schema[name] == pl.Date:
        return ((now - before).dt.total_days().abs() > rule.days_apart).fill_null(False)
    return (now != before).fill_null(False)


def _backwards(
    contract: Dataset, pairs: pl.DataFrame, same: pl.Series, places: Places, check: Check
) -> list[pl.DataFrame]:
    finished, original, decided = check.finished or {}, check.original or {}, check.decided or {}
    said = [_moved(name, pairs, same, contract, places, check) for name in original.get(contract.name, ())]
    for name in finished.get(contract.name, ()):
        gone = pl.col(name).is_null() & pl.col(name + BEFORE).is_not_null()
        said.append(
            places.where(
                pairs.select(gone).to_series() & same,
                name,
                check.id,
                pl.format("is empty, but {} was reported before: the record would be open again", _day(name + BEFORE)),
                "the date reported before",
                "fill in the date; accept the warning if the record was opened again",
                frame=pairs,
                severity=check.severity,
            )
        )
    for name, values in decided.get(contract.name, {}).items():
        undone = pl.col(name + BEFORE).is_in(values) & ~pl.col(name).is_in(values).fill_null(False)
        said.append(
            places.where(
                pairs.select(undone.fill_null(False)).to_series() & same,
                name,
                check.id,
                pl.format("is no decision, but {} was reported before", pl.col(name + BEFORE)),
                ", ".join(values),
                "fill in the decision; accept the warning if it was taken back",
                frame=pairs,
                severity=check.severity,
            )
        )
    return said


def _moved(
    name: str, pairs: pl.DataFrame, same: pl.Series, contract: Dataset, places: Places, check: Check
) -> pl.DataFrame:
    moved = pl.col(name + BEFORE).is_not_null() & pl.col(name).ne_missing(pl.col(name + BEFORE))
    extension = f"extended_{name}"
    elsewhere = f"; an agreed extension goes into {extension}" if extension in contract.names else ""
    return places.where(
        pairs.select(moved).to_series() & same,
        name,
        check.id,
        pl.format("is not the original date: {} was reported before, and it may not be moved", _day(name + BEFORE)),
        "the date as it was first agreed",
        f"put the original date back{elsewhere}; accept the warning if the earlier date was a slip",
        frame=pairs,
        severity=check.severity,
    )


def _tenfold(amount: Amount, records: pl.DataFrame, usual: pl.DataFrame, places: Places, check: Check) -> pl.DataFrame:
    by = ["partner_id", *amount.alike]
    known = usual.filter(pl.col("lots") >= check.number("least_lots"))
    value = pl.col(amount.column) / pl.col(amount.per) if amount.per else pl.col(amount.column)
    frame = records.select(*by, value.alias("value")).join(
        known, on=by, how="left", nulls_equal=True, maintain_order="left"
    )
    share = pl.col("value") / pl.col("median")
    frame = frame.with_columns(
        pl.when((pl.col("value") > 0) & share.is_finite()).then(share.log10()).alias("power"),
    ).with_columns(pl.col("power").round().cast(pl.Int64, strict=False).alias("zeros"))
    near = (10 ** (pl.col("power") - pl.col("zeros")).abs()) <= check.number("within")
    counted = pl.col("zeros").abs().is_between(1, check.whole("powers"))
    beyond = check.number("beyond")
    outside = (pl.col("value") >= pl.col("high") * beyond) | (pl.col("value") <= pl.col("low") / beyond)
    zeros = pl.lit(10).pow(pl.col("zeros").abs()).cast(pl.Int64).cast(pl.String)
    times = pl.when(pl.col("zeros") > 0).then(pl.format("{} times", zeros)).otherwise(pl.format("1/{} of", zeros))
    of = pl.format("{} {}", pl.lit("for"), pl.col(amount.alike[0]).fill_null("records without one"))
    per = f" of {amount.per}" if amount.per else ""
    return places.where(
        frame.select((near & counted & outside).fill_null(False)).to_series(),
        amount.column,
        check.id,
        pl.format(
            f"looks like a lost decimal point: about {{}} the usual {{}}{per} {{}}, the middle of {{}} earlier records",
            times,
            _number("median"),
            of,
            pl.col("lots"),
        ),
        pl.format(f"usually {{}} to {{}}{per}", _number("low"), _number("high")),
        "correct the number, or its unit; accept the warning if it is right",
        frame=frame,
        severity=check.severity,
    )


def _number(name: str) -> pl.Expr:
    return plain_number(pl.col(name).round_sig_figs(DIGITS))


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%Y-%m-%d")


def _spoken(contract: Dataset, name: str) -> str:
    return contract.column(name).title.lower()
