"""What the ledger knows of a partner's earlier files, asked once per file, and the findings from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.catalog import load_catalog
from kpi.intake.past import LEFT_OUT, SUBMISSIONS, Past
from kpi.ledger.chain import last_event
from kpi.ledger.current import current_query, partners_condition, standing_versions
from kpi.ledger.lookup import visible_condition
from kpi.ledger.tables import ALL_PARTNERS, key_of, quoted
from kpi.ledger.warmup import load_frames

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from kpi.catalog.plausibility import Check, Plausibility
    from kpi.intake.validate import Checked
    from kpi.ledger.store import Store

KEYS = "keys_of_the_file"
ROWS_AT_MOST = 2**32  # in one file; so version and row number are one number that sorts by both
# Records that several files carried, each once: as first sent, with the newest file that had it.
ONCE = """
    SELECT partner_id, record_id, max(version) AS version, min(place) AS place, any_value(here) AS here
    FROM sent GROUP BY partner_id, record_id
"""


def with_history(store: Store, checked: Checked, *, month_from: date, month_to: date, scope: Scope) -> Checked:
    """The same check with the findings from history added (kpi/definitions/plausibility.toml); no file is refused.

    Months are first days, inclusive. A refused file comes back unchanged. Raises StoreUnavailable and StoreDamaged as
    ``Store.connect``; a read-only connection is enough.
    """
    from kpi.intake.contracts import dataset
    from kpi.intake.plausibility import places_of, plausibility_findings

    if checked.records is None:
        return checked
    found = plausibility_findings(
        dataset(checked.dataset),
        checked.records,
        past_of(store, checked, month_from=month_from, month_to=month_to, scope=scope),
        month_from=month_from,
        month_to=month_to,
        places=places_of(checked),
        policy=load_catalog().plausibility,
    )
    return replace(checked, findings=checked.findings + found) if len(found) else checked


def past_of(store: Store, checked: Checked, *, month_from: date, month_to: date, scope: Scope) -> Past:
    """What stands now of the file's partners, as far as the reader may see them. Raises as ``Store.connect``."""
    records = checked.records
    mine = [partner for partner in checked.partners if scope.allows(partner)]
    if records is None or not (mine or checked.dataset == "targets"):
        return Past.none()
    policy, calendar = load_catalog().plausibility, load_catalog().calendar
    load_frames()
    with store.connect() as connection:
        asked = _Question(connection, checked.dataset, last_event(connection).version, mine, scope)
        if checked.dataset == "targets":
            with asked.keys(records):
                return replace(
                    Past.none(), standing=asked.standing(policy), judged_to=asked.judged_to(calendar.datasets)
                )
        if not asked.compared(policy):
            return Past.none()
        submissions = asked.submissions()
        if not submissions.height:
            return Past.none()
        with asked.keys(records):
            return Past(
                submissions=submissions.drop("version"),
                standing=asked.standing(policy),
                left_out=asked.left_out(submissions, month_from, month_to, policy.check("records_vanished")),
                usual=asked.usual(policy),
            )


class _Question:
    """The statements about one file, on one connection. Each is limited to the file's partners."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, dataset: str, version: int, partners: list[str], scope: Scope
    ) -> None:
        self.connection, self.dataset, self.version, self.scope = connection, dataset, version, scope
        self.partners = Scope.of(partners)
        self.key = key_of(dataset)

    @contextmanager
    def keys(self, records: pl.DataFrame) -> Iterator[None]:
        self.connection.register(KEYS, records.select(self.key))
        try:
            yield
        finally:
            self.connection.unregister(KEYS)

    def compared(self, policy: Plausibility) -> list[str]:
        """The columns of the record in force that checks look at, the key not among them."""
        if self.dataset == "targets":
            return ["target", "limit"]
        backwards = policy.check("went_backwards")
        names = [
            name for rule in policy.check("key_reused").when if rule.dataset == self.dataset for name in rule.differ
        ]
        for part in (backwards.finished, backwards.original, backwards.decided):
            names += (part or {}).get(self.dataset, ())
        return list(dict.fromkeys(names))

    def submissions(self) -> pl.DataFrame:
        visible, seen = visible_condition(self.scope)
        mine, partners = partners_condition(self.partners, "coverage.partner_id")
        record_mine, _ = partners_condition(self.partners, "partner_id")
        return (
            self.connection.execute(
                f"""
            WITH counted AS (
                SELECT version, partner_id, count(*) AS records
                FROM {self.dataset} WHERE {record_mine} GROUP BY version, partner_id
            )
            SELECT coverage.version, coverage.partner_id, CASE WHEN {visible} THEN submission_id END AS submission_id,
                coverage.month_from, coverage.month_to,
                CASE WHEN {visible} THEN actor END AS actor, recorded_at AS "at", counted.records
            FROM coverage
            JOIN submissions ON submissions.version = coverage.version
            JOIN counted ON counted.version = coverage.version AND counted.partner_id = coverage.partner_id
            WHERE coverage.dataset = ? AND {mine} AND {standing_versions(self.version, "coverage.version")}
            ORDER BY coverage.version DESC, coverage.partner_id
            """,
                [*partners, *seen, *seen, self.dataset, *partners],
            )
            .pl()
            .cast(SUBMISSIONS)
        )

    def standing(self, policy: Plausibility) -> pl.DataFrame:
        wanted = [*self.key, *self.compared(policy)]
        current, values = current_query(self.dataset, self.version, self.partners, wanted)
        return self.connection.execute(
            f"""
            SELECT {quoted(wanted)} FROM ({current})
            WHERE ({quoted(self.key)}) IN (SELECT {quoted(self.key)} FROM {KEYS})
            """,
            values,
        ).pl()

    def left_out(self, submissions: pl.DataFrame, month_from: date, month_to: date, check: Check) -> pl.DataFrame:
        """Per partner with an earlier file for exactly these months that carried more than the file at hand."""
        import polars as pl

        exactly = (pl.col("month_from") == month_from) & (pl.col("month_to") == month_to)
        same = submissions.filter(exactly)
        if self.dataset not in check.datasets or not same.height:
            return pl.DataFrame(schema=LEFT_OUT)
        mine, partners = partners_condition(self.partners, "partner_id")
        record_id = f'"{self.key[1]}"'
        counted = self.connection.execute(
            f"""
            WITH sent AS (
                SELECT partner_id, {record_id} AS record_id, version,
                    version * {ROWS_AT_MOST} + row_number AS place,
                    ({quoted(self.key)}) IN (SELECT {quoted(self.key)} FROM {KEYS}) AS here
                FROM {self.dataset}
                WHERE list_contains(?::BIGINT[], version) AND {mine}
            ), once AS ({ONCE if same["partner_id"].is_duplicated().any() else "SELECT * FROM sent"})
            SELECT partner_id, count(*) AS sent, count(*) FILTER (NOT here) AS records,
                arg_min(record_id, place, {check.whole("named")}) FILTER (NOT here) AS first_ids,
                list(DISTINCT version) FILTER (NOT here) AS versions
            FROM once GROUP BY partner_id HAVING records > 0 ORDER BY partner_id
            """,
            [same["version"].unique().to_list(), *partners],
        ).pl()
        names = dict(same.select("version", "submission_id").iter_rows())
        ids = [sorted({names[version] for version in versions} - {None}) for versions in counted["versions"]]
        return counted.with_columns(pl.Series("submission_ids", ids, dtype=pl.List(pl.String))).select(
            pl.col(name).cast(kind) for name, kind in LEFT_OUT.items()
        )

    def usual(self, policy: Plausibility) -> dict[str, pl.DataFrame]:
        found = {}
        for amount in policy.check("yield_tenfold").of:
            if amount.dataset != self.dataset:
                continue
            value = f'"{amount.column}" / "{amount.per}"' if amount.per else f'"{amount.column}"'
            alike = ["partner_id", *amount.alike]
            by, numbers = quoted(alike), [name for name in (amount.column, amount.per) if name]
            current, values = current_query(self.dataset, self.version, self.partners, [*alike, *numbers])
            found[amount.column] = self.connection.execute(
                f"""
                SELECT {by}, count(*) AS lots, quantile_cont(value, 0.5) AS median,
                    quantile_cont(value, 0.25) AS low, quantile_cont(value, 0.75) AS high
                FROM (SELECT {by}, {value} AS value FROM ({current})) WHERE value > 0 GROUP BY {by}
                """,
                values,
            ).pl()
        return found

    def judged_to(self, datasets: tuple[str, ...]) -> dict[str, date]:
        mine, partners = partners_condition(self.scope, "partner_id")
        rows = self.connection.execute(
            f"""
            SELECT partner_id, max(month_to) FROM coverage
            WHERE list_contains(?::TEXT[], dataset) AND {standing_versions(self.version, "version")} AND {mine}
            GROUP BY partner_id
            """,
            [list(datasets), *partners],
        ).fetchall()
        last = dict(rows)
        return {**last, ALL_PARTNERS: max(last.values())} if last else {}
