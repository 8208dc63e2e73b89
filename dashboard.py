"""The dashboard's entry: navigation, the sidebar and what every screen shows. ``streamlit run dashboard.py``.

Streamlit's server imports this file once, for ``app``; for every reader it runs it as the script ``__main__``.
"""

from __future__ import annotations

import streamlit as st

if __name__ == "__main__":
    from pages.shared import entrance, filters, focus, header, jobs_view, navigation, person, problems, session

    st.set_page_config(page_title="CDMO governance", page_icon=header.ICON, layout="wide")

    entrance.let_in()
    page = st.navigation(navigation.pages(person.reader_now()))
    entrance.go_on(page)

    with problems.shown(page.title):
        with st.sidebar:
            choices = st.container()
            filters.as_of_field()
            here = session.current()
            with choices:
                filters.choices(here)
            header.ledger_line(here)
            jobs_view.in_sidebar(here)
            entrance.in_sidebar()
            focus.keep_place()
        header.banner(here)
        filters.shown_notes(here)
        entrance.open_screen(page, here.person)
else:
    from pages.serving import parts

    parts.refuse_to_serve_elsewhere()
    app = st.App(
        __file__,
        routes=parts.routes(),
        middleware=parts.middleware(),
        lifespan=parts.lifespan,
        on_script_error=parts.told,
    )
