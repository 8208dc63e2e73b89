"""The KPI dictionary: what every indicator means and where it comes from, and what the upload files hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.catalog import Catalog, load_catalog
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.present.wording import plural
from pages.reference import dictionary
from pages.shared.session import CATEGORY, DATASET, INDICATOR, SEARCH, SHOWN
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.catalog import Indicator

INDICATORS, FILES = "Indicators", "Upload files"
AGREED_TARGETS = "Target and limit are defaults: one agreed with a partner takes their place from its date on."


def indicators(catalog: Catalog) -> None:
    """The filters, and below them one definition or all that match, by category."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            key=SEARCH,
            bind="query-params",
            type="search",
            live=True,
            placeholder="A word, a source, an owner",
        )
        categories = {category.id: category.name for category in catalog.categories}
        category = st.selectbox(
            "Category",
            list(categories),
            index=None,
            key=CATEGORY,
            bind="query-params",
            format_func=categories.__getitem__,
            placeholder="All categories",
        )
        chosen = one_indicator(catalog)
    if chosen is not None:
        heading(chosen)
        definition(chosen, catalog)
        return
    matching = dictionary.found(catalog.indicators.values(), search or "", category)
    st.caption(f"{plural(len(matching), 'indicator')} of {len(catalog.indicators)}")
    if not matching:
        st.info("No indicator has all of these words. Try fewer words, or another category.")
    for part in catalog.categories:
        entries = [indicator for indicator in matching if indicator.category == part.id]
        if entries:
            st.subheader(part.name)
            with st.container(gap="xsmall"):
                for indicator in entries:
                    with st.expander(f"**{literal(indicator.name)}**: {literal(indicator.sentence)}"):
                        definition(indicator, catalog)


def one_indicator(catalog: Catalog) -> Indicator | None:
    """The indicator that is picked or that the link names (?kpi=…, by id or by name); None for all of them."""
    names = {indicator.id: indicator.name for indicator in catalog.indicators.values()}
    if INDICATOR not in st.session_state and (asked := st.query_params.get(INDICATOR)):
        wanted = asked.strip().casefold()
        named = next((i for i, name in names.items() if wanted in (i.casefold(), name.casefold())), None)
        if named is None:
            st.toast(f"There is no indicator “{literal(asked[:60])}”; this shows all of them.")
        st.session_state[INDICATOR] = named
        st.query_params[INDICATOR] = names[named] if named else ""
    if st.session_state.get(INDICATOR) not in names:
        st.session_state[INDICATOR] = None
    chosen = st.selectbox(
        "Indicator",
        list(names),
        index=None,
        key=INDICATOR,
        bind="query-params",
        format_func=lambda kpi_id: names.get(kpi_id, str(kpi_id)),
        placeholder="All indicators",
    )
    return catalog.indicators[chosen] if chosen else None


def heading(indicator: Indicator) -> None:
    st.subheader(indicator.name)
    st.markdown(literal(indicator.sentence))


def definition(indicator: Indicator, catalog: Catalog) -> None:
    """Everything that the definition file says."""
    st.markdown(literal(indicator.why))
    if indicator.caveat:
        st.markdown(f":material/warning: {literal(indicator.caveat)}")
    if dictionary.review_is_due(indicator, datetime.now(UTC).date()):
        st.badge("Review is due", icon=":material/event_busy:", color="orange")
    with st.grid(2, min_column_width=340, gap="medium"):
        st.table(
            dictionary.counting_lines(indicator),
            border="horizontal",
            alt=f"What {indicator.name} counts",
        )
        st.table(
            dictionary.origin_lines(indicator, catalog),
            border="horizontal",
            alt=f"Where {indicator.name} comes from",
        )
    st.caption(AGREED_TARGETS)


def files() -> None:
    """The columns of one kind of upload file."""
    titles = {name: dataset(name).title for name in DATASET_NAMES}
    chosen = st.selectbox(
        "Dataset",
        list(DATASET_NAMES),
        key=DATASET,
        bind="query-params",
        format_func=titles.__getitem__,
        width=320,
    )
    contract = dataset(chosen)
    st.markdown(literal(dictionary.contract_sentence(contract)))
    st.dataframe(
        dictionary.column_table(contract),
        hide_index=True,
        height="content",
        column_config={
            "Column": st.column_config.TextColumn(pinned=True),
            "What it is": st.column_config.TextColumn(width="large"),
            "Allowed": st.column_config.TextColumn(width="large"),
        },
        alt=f"Columns of the file {contract.title}",
    )
    if contract.rules:
        st.subheader("Rules across columns")
        for rule in contract.rules:
            st.markdown(f"- {literal(dictionary.rule_line(rule))}")


st.title("Definitions")
st.caption("The same texts stand beside every figure. A new meaning is a new indicator; the old one stays on record.")
shown = st.segmented_control(
    "Show",
    (INDICATORS, FILES),
    default=INDICATORS,
    required=True,
    key=SHOWN,
    bind="query-params",
    label_visibility="collapsed",
)
if shown == FILES:
    files()
else:
    indicators(load_catalog())
