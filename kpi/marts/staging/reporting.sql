-- one row per partner, month and dataset expected from it. judged: it counts. What came with a history load does not,
-- nor what is neither received nor due: nobody is late before the reporting day has passed, on $day or at this version.
CREATE OR REPLACE TEMP TABLE staged_reporting AS
WITH counted AS (
    SELECT * FROM receipts WHERE list_contains($datasets, dataset)
),
ended AS (
    SELECT partner_id, date_trunc('month', max(active_to))::DATE AS last_month
    FROM current_partners
    GROUP BY partner_id
    HAVING count(*) = count(active_to)
),
spans AS (
    SELECT
        counted.partner_id,
        min(counted.month) AS first_month,
        CASE
            WHEN max(ended.last_month) IS NULL THEN (SELECT max(month) FROM portfolio_months)
            ELSE least((SELECT max(month) FROM portfolio_months), greatest(max(ended.last_month), max(counted.month)))
        END AS last_month
    FROM counted
    LEFT JOIN ended ON ended.partner_id = counted.partner_id
    GROUP BY counted.partner_id
),
months AS (
    SELECT
        spans.partner_id,
        unnest(generate_series(spans.first_month, spans.last_month, INTERVAL 1 MONTH))::DATE AS month,
        datasets.dataset
    FROM spans
    CROSS JOIN (SELECT unnest($datasets) AS dataset) AS datasets
),
expected AS (
    SELECT *, (month + INTERVAL 1 MONTH)::DATE + ($reporting_day - 1)::INTEGER AS due_on
    FROM months
),
known AS (
    SELECT coalesce($day::DATE, max(recorded_at)::DATE, DATE '9999-12-31') AS known_on
    FROM events
    WHERE version <= $version
)
SELECT
    cells.cell,
    expected.partner_id,
    '' AS site_id,
    '' AS product,
    expected.dataset,
    expected.month,
    expected.due_on,
    counted.received_on,
    coalesce(counted.history_load, false) AS history_load,
    NOT coalesce(counted.history_load, false)
    AND (counted.received_on IS NOT NULL OR expected.due_on < known.known_on) AS judged
FROM expected
CROSS JOIN known
JOIN cells ON cells.partner_id = expected.partner_id AND cells.site_id = '' AND cells.product = ''
LEFT JOIN counted
    ON counted.partner_id = expected.partner_id
    AND counted.dataset = expected.dataset
    AND counted.month = expected.month;
