"""Who the partners are, and what of each month's reporting arrived: the two small frames beside the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.marts.staging import staging_sql

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def read_register(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The partner register's columns and ``registered``, one row per site."""
    return connection.execute(staging_sql("register")).df()


def read_coverage(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per partner, month and expected dataset: received_on (NaT for never), due_on, state.

    State: "on time", "late", "missing", "not due yet", or "history load" where the month came with one and is not
    judged.
    """
    return connection.execute(staging_sql("coverage")).df()
