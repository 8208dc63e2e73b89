# The dashboard as an image: no build tools, no root, nothing to write but /data and /tmp.
# docker build -t cdmo-governance .      See docs/operating.md.
FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements.txt .
# Wheels only: nothing is compiled, so no compiler is needed in either stage.
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --only-binary :all: -r requirements.txt \
    && .venv/bin/python -m pip uninstall --yes pip setuptools

FROM python:3.11-slim
RUN groupadd --gid 10001 kpi && useradd --uid 10001 --gid kpi --no-create-home --home-dir /tmp --shell /usr/sbin/nologin kpi \
    && install --directory --owner kpi --group kpi --mode 0750 /data
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY .streamlit/config.toml .streamlit/config.toml
COPY data/mappings data/mappings
COPY kpi kpi
COPY pages pages
COPY dashboard.py ./
# Bytecode is made here: the file system is read-only later.
RUN .venv/bin/python -m compileall -q kpi pages dashboard.py

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    KPI_STORE=duckdb:////data/governance.duckdb \
    KPI_LOG=/data/kpi.log \
    KPI_LOG_FORMAT=json \
    KPI_ACCESS_LOG=-
USER 10001:10001
VOLUME /data
EXPOSE 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
# The viewer opens the first page once: before that Streamlit does not know the other pages' addresses.
CMD ["/bin/sh", "-c", "python -m pages.shared.viewer 8501 >/dev/null 2>&1 & exec python -m streamlit run dashboard.py --server.address=0.0.0.0 --server.port=8501"]
