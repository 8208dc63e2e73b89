"""Steps 1 and 2 of an upload: what is reported, and the file with how to read it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from kpi.catalog import Catalog
from kpi.errors import KpiError
from kpi.intake.contracts import DATASET_NAMES, Dataset, dataset
from kpi.intake.mapping import NO_MAPPING, Mapping
from kpi.present.wording import month_name
from pages.reference.dictionary import contract_sentence
from pages.shared.navigation import DEFINITIONS, ROOT
from pages.shared.session import (
    DATASET,
    UPLOAD_FILE,
    UPLOAD_FROM,
    UPLOAD_MAPPING,
    UPLOAD_ROUND,
    UPLOAD_SETTING,
    UPLOAD_SHEET,
    UPLOAD_SHEETS,
    UPLOAD_SPAN,
    UPLOAD_TO,
)
from pages.shared.text import literal
from pages.upload.checking import Upload
from pages.upload.file_settings import (
    DATE_FORMATS,
    DECIMAL_SIGNS,
    DELIMITERS,
    ENCODINGS,
    FileSettings,
    applied,
)
from pages.upload.months import last_finished_month, month_choices, order_problem

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from kpi.intake.findings import Findings

MAPPINGS = ROOT / "data" / "mappings"
ONE_MONTH, HISTORY = "One month", "History load"


def what_is_reported(catalog: Catalog, today: date) -> tuple[Dataset, date, date]:
    """Dataset and months; shows the template's downloads beside them. Stops the page on months the wrong way round."""
    monthly = catalog.calendar.datasets
    names = (*monthly, *(name for name in DATASET_NAMES if name not in monthly))
    titles = {name: dataset(name).title for name in names}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Dataset", names, key=DATASET, bind="query-params", format_func=titles.__getitem__, width=220
        )
        span = st.segmented_control(
            "Covers",
            (ONE_MONTH, HISTORY),
            default=ONE_MONTH,
            required=True,
            key=UPLOAD_SPAN,
            persist_state="session",
            help="A history load covers a range of months. Records of earlier months are welcome in either.",
        )
        month_from, month_to = _months(today, span == HISTORY)
    chosen = dataset(name)
    _template(chosen)
    problem = order_problem(month_from, month_to)
    if problem:
        st.error(problem)
        st.stop()
    return chosen, month_from, month_to


def _months(today: date, is_range: bool) -> tuple[date, date]:
    months = month_choices(today)
    st.session_state.setdefault(UPLOAD_TO, last_finished_month(today))
    month_from = None
    if is_range:
        st.session_state.setdefault(UPLOAD_FROM, last_finished_month(today).replace(month=1))
        month_from = _month_field("From", months, UPLOAD_FROM)
    month_to = _month_field("To" if is_range else "Month", months, UPLOAD_TO)
    return month_from or month_to, month_to


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


def _template(chosen: Dataset) -> None:
    from kpi.intake.template import template_csv, template_workbook

    st.caption(literal(contract_sentence(chosen)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Template as workbook",
            lambda: template_workbook(chosen),
            file_name=f"{chosen.name}-template.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Template as CSV",
            lambda: template_csv(chosen),
            file_name=f"{chosen.name}-template.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.page_link(
            DEFINITIONS,
            label="What each column means",
            icon=":material/menu_book:",
            query_params={"show": "Upload files", DATASET: chosen.title},
        )


def this_round(key: str) -> str:
    """A key of this upload alone: after a finished upload the next round starts with empty fields."""
    return f"{key}_{st.session_state.get(UPLOAD_ROUND, 0)}"


def the_file() -> Upload | None:
    """The file field; None until there is a file."""
    uploaded = st.file_uploader(
        "CSV or workbook (XLSX, XLS, ODS)",
        key=this_round(UPLOAD_FILE),
        help="The file is checked first. Nothing is written before you confirm.",
    )
    if uploaded is None:
        return None
    return Upload(uploaded.file_id, uploaded.name, uploaded.getvalue())


def sheet_field(upload: Upload) -> str | None:
    """Which sheet to read, once a check has said that the workbook has several; None until then."""
    file_id, names = st.session_state.get(UPLOAD_SHEETS, ("", ()))
    if file_id != upload.file_id:
        return None
    return st.selectbox(
        "Sheet",
        names,
        index=None,
        key=f"{UPLOAD_SHEET}_{upload.file_id}",
        placeholder="Choose the sheet with the records",
        accept_new_options=True,
        width=320,
    )


def ask_for_sheet(upload: Upload, findings: Findings) -> None:
    """After a check that found several sheets: offer them above, and wait for the choice."""
    names = sheets_found(findings)
    if not names:
        return
    if st.session_state.get(UPLOAD_SHEETS, ("", ()))[0] != upload.file_id:
        st.session_state[UPLOAD_SHEETS] = (upload.file_id, names)
        st.rerun()
    st.info(f"The workbook has {len(names)} sheets with content. Choose one above.", icon=":material/layers:")
    st.stop()


def sheets_found(findings: Findings) -> tuple[str, ...]:
    """The sheets that a refusal names; empty for every other finding."""
    several = findings.frame.filter(findings.frame["code"] == "several_sheets")
    return tuple(re.findall(r'"([^"]+)"', several["problem"][0])) if several.height else ()


def how_to_read_it(chosen: Dataset, sheet: str | None) -> Mapping:
    """The mapping, from a saved file and the choices here. Stops the page when the saved file has mistakes."""
    with st.expander("The file has its own headers, dates or decimal sign", icon=":material/tune:"):
        st.caption(
            "Dates are read as 2026-03-31 and numbers as 1234.5 unless you say otherwise here. "
            "Nothing is guessed: what could be read in two ways is refused."
        )
        with st.grid(4, min_column_width=170):
            settings = FileSettings(
                date_format=_choice("Dates", DATE_FORMATS, "2026-03-31, or by mapping"),
                decimal=_choice("Decimal sign", DECIMAL_SIGNS, "1234.5, or by mapping"),
                delimiter=_choice("Cells are separated by", DELIMITERS, "Detect"),
                encoding=_choice("Encoding", ENCODINGS, "Detect"),
                sheet=sheet,
            )
        named = _choice("Saved mapping", {name: name.removesuffix(".toml") for name in saved_mappings()}, "None")
        own = st.file_uploader(
            "Or a mapping file (TOML)",
            type=["toml"],
            max_upload_size=1,
            key=this_round(UPLOAD_MAPPING),
            help="Turns the partner's own headers and words into ours. It goes before the saved one.",
        )
    try:
        mapping = _mapping(own, named, chosen)
    except KpiError as error:
        st.error(literal(str(error)).replace("\n", "  \n"), title="The mapping can't be used")
        st.stop()
    return applied(settings, mapping)


def saved_mappings() -> list[str]:
    """The file names of the mappings that are kept with the product, in order."""
    return sorted(path.name for path in MAPPINGS.glob("*.toml"))


def _mapping(own: UploadedFile | None, named: str | None, chosen: Dataset) -> Mapping:
    """The uploaded mapping, else the saved one, else none. Raises InputRefused with a line per mistake."""
    if own is not None:
        return _parsed(own.getvalue(), own.name, chosen)
    if named in saved_mappings():
        return _parsed((MAPPINGS / str(named)).read_bytes(), str(named), chosen)
    return NO_MAPPING


def _choice(label: str, options: dict[str, str], placeholder: str) -> str | None:
    return st.selectbox(
        label,
        list(options),
        index=None,
        format_func=options.__getitem__,
        placeholder=placeholder,
        key=this_round(f"{UPLOAD_SETTING}_{label}"),
    )


def _parsed(content: bytes, file_name: str, chosen: Dataset) -> Mapping:
    from kpi.errors import InputRefused
    from kpi.intake.mapping import parse_mapping

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused(f"{file_name} is not UTF-8 text. Save the mapping as UTF-8 and choose it again.") from None
    return parse_mapping(text, chosen, file_name)
