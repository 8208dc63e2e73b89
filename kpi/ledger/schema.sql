-- The ledger's tables, schema version 1. Rows are only ever added; nothing is updated and nothing is deleted, but for
-- the schema version itself: it becomes 2 with the first further table of originals (see there).
-- Record tables carry no foreign keys: they make the replay after a crash slow. verify looks for orphans instead.

-- meta: one row per fact about the store itself
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO meta VALUES ('product', 'cdmo-governance'), ('schema_version', '1');

-- events: one row per ledger version; each hash covers the row and the hash before it
CREATE TABLE events (
    version BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,            -- submission, withdrawal, synthetic; those of kpi/ledger/governance.py
    recorded_at TIMESTAMP NOT NULL,         -- UTC
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload TEXT NOT NULL,         -- canonical JSON: what happened, enough to check every other table
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- submissions: one row per accepted file
CREATE TABLE submissions (
    submission_id TEXT PRIMARY KEY,    -- S000001, S000002, …
    version BIGINT NOT NULL UNIQUE,
    dataset TEXT NOT NULL,
    month_from DATE NOT NULL,          -- first days of months, both inclusive
    month_to DATE NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,              -- bytes of the original
    row_count BIGINT NOT NULL,
    partners TEXT[] NOT NULL,          -- sorted
    new_records BIGINT NOT NULL,       -- keys without a current record before this submission
    changed_records BIGINT NOT NULL,
    unchanged_records BIGINT NOT NULL,
    reading TEXT NOT NULL,             -- JSON: how the file was read
    mapping TEXT NOT NULL,             -- TOML as used; empty when there was none
    warnings TEXT NOT NULL,            -- JSON: the warnings that were accepted, grouped
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL              -- UTC
);

-- originals: one row per distinct file content, byte for byte. Where the newest table of originals would hold more than
-- 32 MB, the next original begins another of its own: originals_000002, originals_000003, … (kpi/ledger/originals.py):
--     sha256 TEXT PRIMARY KEY,       -- of the file's own bytes
--     packing TEXT NOT NULL,         -- '': content is the file; 'zstd': content is a Zstandard frame (RFC 8878) of it
--     stored BIGINT NOT NULL,        -- bytes of content
--     content BLOB NOT NULL
CREATE TABLE originals (
    sha256 TEXT PRIMARY KEY,
    content BLOB NOT NULL
);

-- withdrawals: one row per withdrawn submission
CREATE TABLE withdrawals (
    version BIGINT PRIMARY KEY,
    submission_version BIGINT NOT NULL UNIQUE,
    submission_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL              -- UTC
);

-- coverage: one row per submission and partner in its file: the months that it speaks for
CREATE TABLE coverage (
    version BIGINT NOT NULL,
    dataset TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    month_from DATE NOT NULL,
    month_to DATE NOT NULL
);

-- Record tables: one row per row of an accepted file. version is the submission's, row_number the row a person sees
-- in the sheet, restates is true when the key had a current record when this row was appended.

-- partners: one site of a partner. Key: partner_id, site_id
CREATE TABLE partners (
    version BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    restates BOOLEAN NOT NULL,
    partner_id TEXT NOT NULL,
    partner_name TEXT,
    site_id TEXT NOT NULL,
    site_name TEXT,
    country TEXT,
    functions TEXT,
    operating_model TEXT,
    engagement TEXT,
    pricing_model TEXT,
    capacity_model TEXT,
    qms_id TEXT,
    active_from DATE,
    active_to DATE
);

-- batch_records: one batch (lot). Key: partner_id, batch_id
CREATE TABLE batch_records (
    version BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    restates BOOLEAN NOT NULL,
    partner_id TEXT NOT NULL,
    site_id TEXT,
    batch_id TEXT NOT NULL,
    product TEXT,
    stage TEXT,
    planned_start_date DATE,
    actual_start_date DATE,
    completed_date DATE,
    record_received_date DATE,
    disposition TEXT,
    disposition_date DATE,
    reworked BOOLEAN,
    actual_yield DOUBLE,
    theoretical_yield DOUBLE,
    release_tests BIGINT,
    batch_cost DOUBLE,
    currency TEXT
);

-- deviations: one deviation. Key: partner_id, deviation_id
CREATE TABLE deviations (
    version BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    restates BOOLEAN NOT NULL,
    partner_id TEXT NOT NULL,
    site_id TEXT,
    deviation_id TEXT NOT NULL,
    opened_date DATE,
    severity TEXT,
    type TEXT,
    batch_id TEXT,
    product TEXT,
    area TEXT,
    root_cause TEXT,
    due_date DATE,
    extended_due_date DATE,
    closed_date DATE,
    oos_outcome TEXT,
    capa_id TEXT,
    capa_due_date DATE,
    capa_closed_date DATE,
    capa_effective BOOLEAN,
    capa_evaluated_date DATE
);

-- audit_findings: one audit finding. Key: partner_id, finding_id
CREATE TABLE audit_findings (
    version BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    restates BOOLEAN NOT NULL,
    partner_id TEXT NOT NULL,
    site_id TEXT,
    audit_id TEXT,
    finding_id TEXT NOT NULL,
    audit_date DATE,
    audit_type TEXT,
    authority TEXT,
    severity TEXT,
    area TEXT,
    clause TEXT,
    response_due_date DATE,
    response_date DATE,
    due_date DATE,
    closed_date DATE,
    repeat_of TEXT
);

-- deliveries: one order line. Key: partner_id, delivery_id
CREATE TABLE deliveries (
    version BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    restates BOOLEAN NOT NULL,
    partner_id TEXT NOT NULL,
    site_id TEXT,
    delivery_id TEXT NOT NULL,
    product TEXT,
    promised_date DATE,
    order_date DATE,
    requested_date DATE,
    delivered_date DATE,
    ordered_quantity DOUBLE,
    delivered_quantity DOUBLE,
    unit TEXT,
    documents_ok BOOLEAN,
    condition_ok BOOLEAN
);

-- targets: one agreed target from a day on. Key: partner_id (or *), kpi_id, effective_from
CREATE TABLE targets (
    version BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    restates BOOLEAN NOT NULL,
    partner_id TEXT NOT NULL,
    kpi_id TEXT NOT NULL,
    effective_from DATE NOT NULL,
    target DOUBLE,
    "limit" DOUBLE,
    source TEXT
);
