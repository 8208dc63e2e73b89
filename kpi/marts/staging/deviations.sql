-- one row per current deviation (partner_id, deviation_id); recurs looks at the 12 months before it opened, its own day left out
CREATE OR REPLACE TEMP TABLE staged_deviations AS
WITH causes AS (
    SELECT
        *,
        root_cause IS NOT NULL AND area IS NOT NULL AND count(*) OVER same_cause > 0 AS recurs
    FROM current_deviations
    WINDOW same_cause AS (
        PARTITION BY partner_id, site_id, area, root_cause
        ORDER BY opened_date
        RANGE BETWEEN INTERVAL 12 MONTH PRECEDING AND INTERVAL 1 DAY PRECEDING
    )
)
SELECT cells.cell, causes.* REPLACE (coalesce(causes.product, '') AS product)
FROM causes
JOIN cells
    ON cells.partner_id = causes.partner_id
    AND cells.site_id = causes.site_id
    AND cells.product = coalesce(causes.product, '');
