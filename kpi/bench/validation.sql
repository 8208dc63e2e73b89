-- The floor: DuckDB reads the file as text, casts what casts, and lists every bad cell with its row, by hand.
CREATE OR REPLACE TEMP TABLE cells AS
SELECT row_number() OVER () + 1 AS row_number, *
FROM read_csv('{path}', auto_detect = false, header = true, delim = ',', quote = '"', store_rejects = true, columns = {{
    'partner_id': 'VARCHAR', 'site_id': 'VARCHAR', 'batch_id': 'VARCHAR', 'product': 'VARCHAR', 'stage': 'VARCHAR',
    'planned_start_date': 'VARCHAR', 'actual_start_date': 'VARCHAR', 'completed_date': 'VARCHAR',
    'record_received_date': 'VARCHAR', 'disposition': 'VARCHAR', 'disposition_date': 'VARCHAR', 'reworked': 'VARCHAR',
    'actual_yield': 'VARCHAR', 'theoretical_yield': 'VARCHAR', 'release_tests': 'VARCHAR'}});

CREATE OR REPLACE TEMP TABLE typed AS
SELECT
    row_number,
    nullif(trim(partner_id), '') AS partner_id,
    nullif(trim(site_id), '') AS site_id,
    nullif(trim(batch_id), '') AS batch_id,
    nullif(trim(product), '') AS product,
    lower(trim(stage)) AS stage,
    day(planned_start_date) AS planned_start_date,
    day(actual_start_date) AS actual_start_date,
    day(completed_date) AS completed_date,
    day(record_received_date) AS record_received_date,
    nullif(lower(trim(disposition)), '') AS disposition,
    day(disposition_date) AS disposition_date,
    CASE WHEN lower(trim(reworked)) IN ('yes', 'true', '1', 'y') THEN true
         WHEN lower(trim(reworked)) IN ('no', 'false', '0', 'n') THEN false END AS reworked,
    TRY_CAST(actual_yield AS DOUBLE) AS actual_yield,
    TRY_CAST(theoretical_yield AS DOUBLE) AS theoretical_yield,
    TRY_CAST(release_tests AS DOUBLE) AS release_tests
FROM cells;

CREATE OR REPLACE TEMP TABLE twice AS
SELECT partner_id, batch_id FROM typed WHERE batch_id IS NOT NULL GROUP BY ALL HAVING count(*) > 1;

CREATE OR REPLACE TEMP TABLE findings AS
SELECT c.row_number, unnest(list_filter([
    CASE WHEN t.partner_id IS NULL OR not_plain(t.partner_id) THEN 'partner_id: ' || coalesce(c.partner_id, '') END,
    CASE WHEN t.site_id IS NULL OR not_plain(t.site_id) THEN 'site_id: ' || coalesce(c.site_id, '') END,
    CASE WHEN t.batch_id IS NULL OR not_plain(t.batch_id) THEN 'batch_id: ' || coalesce(c.batch_id, '') END,
    CASE WHEN (t.partner_id, t.batch_id) IN (FROM twice) THEN 'batch_id: more than once ' || c.batch_id END,
    CASE WHEN t.product IS NULL OR length(t.product) > 500 THEN 'product: ' || coalesce(c.product, '') END,
    CASE WHEN t.stage IS NULL OR t.stage NOT IN ('drug_substance', 'drug_product', 'packaging') THEN 'stage: ' || coalesce(c.stage, '') END,
    CASE WHEN t.planned_start_date IS NULL THEN 'planned_start_date: ' || coalesce(c.planned_start_date, '') END,
    CASE WHEN t.actual_start_date IS NULL AND c.actual_start_date <> '' OR t.actual_start_date > today() THEN 'actual_start_date: ' || c.actual_start_date END,
    CASE WHEN t.completed_date IS NULL AND c.completed_date <> '' OR t.completed_date > today() THEN 'completed_date: ' || c.completed_date
         WHEN t.completed_date < t.actual_start_date THEN 'completed_date: before the start ' || c.completed_date END,
    CASE WHEN t.record_received_date IS NULL AND c.record_received_date <> '' OR t.record_received_date > today() THEN 'record_received_date: ' || c.record_received_date
         WHEN t.record_received_date < t.completed_date THEN 'record_received_date: before the end ' || c.record_received_date END,
    CASE WHEN t.disposition NOT IN ('pending', 'released', 'rejected') THEN 'disposition: ' || c.disposition
         WHEN t.disposition_date IS NOT NULL AND coalesce(t.disposition, 'pending') = 'pending' THEN 'disposition: no decision' END,
    CASE WHEN t.disposition_date IS NULL AND c.disposition_date <> '' OR t.disposition_date > today() THEN 'disposition_date: ' || c.disposition_date
         WHEN t.disposition_date < t.completed_date THEN 'disposition_date: before the end ' || c.disposition_date
         WHEN t.completed_date IS NULL AND coalesce(c.completed_date, '') = '' AND t.disposition_date < t.actual_start_date THEN 'disposition_date: before the start'
         WHEN t.disposition IN ('released', 'rejected') AND coalesce(c.disposition_date, '') = '' THEN 'disposition_date: empty' END,
    CASE WHEN t.reworked IS NULL AND c.reworked <> '' THEN 'reworked: ' || c.reworked END,
    CASE WHEN t.actual_yield IS NULL AND c.actual_yield <> '' OR t.actual_yield <= 0 THEN 'actual_yield: ' || c.actual_yield END,
    CASE WHEN t.theoretical_yield IS NULL AND c.theoretical_yield <> '' OR t.theoretical_yield <= 0 THEN 'theoretical_yield: ' || c.theoretical_yield END,
    CASE WHEN t.release_tests IS NULL AND c.release_tests <> '' OR t.release_tests < 0 OR t.release_tests <> floor(t.release_tests) THEN 'release_tests: ' || c.release_tests END
], lambda said: said IS NOT NULL)) AS said
FROM cells AS c POSITIONAL JOIN typed AS t;
