"""The pack as an Excel workbook: every figure a number, every text a text, the records behind them row by row."""

from kpi.qbr.workbook.behind import records_of
from kpi.qbr.workbook.write import write_workbook

__all__ = ["records_of", "write_workbook"]
