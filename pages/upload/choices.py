"""Step 1 of an upload: the months it speaks for, the dataset where a person wants to say it, and the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import streamlit as st

from kpi.access import NOTHING, Right, right_to_submit
from kpi.catalog import Catalog
from kpi.desk.checking import Months
from kpi.intake.contracts import DATASET_NAMES, Dataset, dataset
from kpi.present.calendar_board import MONTH_PARAMETER
from kpi.present.wording import month_name
from pages.reference.dictionary import contract_sentence
from pages.shared import downloads
from pages.shared.navigation import DEFINITIONS
from pages.shared.session import DATASET, UPLOAD_ASKED, UPLOAD_FROM, UPLOAD_SPAN, UPLOAD_TO
from pages.shared.text import literal
from pages.upload.months import last_finished_month, month_choices, order_problem, span_name

ONE_MONTH, HISTORY = "One month", "History load"


def what_is_reported(
    catalog: Catalog, today: date, may: Callable[[Right], bool] = lambda _right: True
) -> tuple[str | None, Months]:
    """The dataset, None where the files tell, and the months. Stops the page on months the wrong way round.

    ``may``: whether the reader has a right; datasets that they could not submit are not offered.
    """
    monthly = catalog.calendar.datasets
    names = (*monthly, *(name for name in DATASET_NAMES if name not in monthly))
    names = tuple(name for name in names if may(right_to_submit(name)))
    titles = {name: dataset(name).title for name in names}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = st.segmented_control(
            "Covers",
            (ONE_MONTH, HISTORY),
            default=ONE_MONTH,
            required=True,
            key=UPLOAD_SPAN,
            persist_state="session",
            help="A history load covers a range of months. Records of earlier months are welcome in either.",
        )
        first, last = _months(today, span == HISTORY)
        name = st.selectbox(
            "Dataset",
            names,
            index=None,
            key=DATASET,
            bind="query-params",
            format_func=titles.__getitem__,
            placeholder="As the file says",
            width=220,
            help="Each file is matched to its dataset by its headers. Choose one only to say it for all files.",
        )
        with st.popover("Templates", icon=":material/download:"):
            _templates(names, titles, name)
    problem = order_problem(first, last)
    if problem:
        st.error(problem)
        st.stop()
    return name, Months(first, last)


def _months(today: date, is_range: bool) -> tuple[date, date]:
    months = month_choices(today)
    st.session_state.setdefault(UPLOAD_TO, last_finished_month(today))
    asked = _asked_month(months)
    if asked is not None and st.session_state.get(UPLOAD_ASKED) != asked:  # followed once; then a person chooses
        st.session_state[UPLOAD_TO] = st.session_state[UPLOAD_ASKED] = asked
    first = None
    if is_range:
        st.session_state.setdefault(UPLOAD_FROM, last_finished_month(today).replace(month=1))
        first = _month_field("From", months, UPLOAD_FROM)
    last = _month_field("To" if is_range else "Month", months, UPLOAD_TO)
    return first or last, last


def _asked_month(months: list[date]) -> date | None:
    """The month that a link from the reporting calendar names; None for none or one that can't be chosen."""
    asked = st.query_params.get(MONTH_PARAMETER, "")
    return next((month for month in months if f"{month:%Y-%m}" == asked), None)


def _month_field(label: str, months: list[date], key: str) -> date:
    return st.selectbox(
        label,
        months,
        key=key,
        persist_state="session",
        format_func=month_name,
        filter_mode="contains",
        width=180,
    )


def suggest_month(names: Iterable[str], months: Months) -> None:
    """Where the names of all files say another month than the one chosen: offered, never taken by itself."""
    from kpi.intake.bundle import month_in_name

    said = {month_in_name(name) for name in names}
    month = said.pop() if len(said) == 1 else None
    if month is None or months.first <= month <= months.last or month not in month_choices(date.today()):
        return
    st.warning(
        f"The file names say {month_name(month)}; {span_name(months.first, months.last)} is chosen.",
        icon=":material/event:",
    )
    st.button(f"Use {month_name(month)}", icon=":material/event:", on_click=_use_month, args=(month,))


def _use_month(month: date) -> None:
    st.session_state[UPLOAD_SPAN] = ONE_MONTH
    st.session_state[UPLOAD_TO] = month


def _templates(names: tuple[str, ...], titles: dict[str, str], chosen: str | None) -> None:
    name = st.selectbox(
        "Template of",
        names,
        index=names.index(chosen) if chosen in names else 0,
        format_func=titles.__getitem__,
        key="upload_template",
    )
    _template(dataset(name))


def _template(of: Dataset) -> None:
    from kpi.intake.template import template_csv, template_workbook

    st.caption(literal(contract_sentence(of)))
    downloads.download(
        "As a workbook",
        lambda: template_workbook(of),
        file_name=f"{of.name}-template.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        of=NOTHING,
    )
    downloads.download(
        "As CSV",
        lambda: template_csv(of),
        file_name=f"{of.name}-template.csv",
        mime="text/csv",
        of=NOTHING,
    )
    st.page_link(
        DEFINITIONS,
        label="What each column means",
        icon=":material/menu_book:",
        query_params={"show": "Upload files", DATASET: of.title},
    )
