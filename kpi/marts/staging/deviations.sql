-- one row per current deviation (partner_id, deviation_id); recurs looks at the 12 months before it opened, its own day left out
CREATE OR REPLACE TEMP TABLE staged_deviations AS
WITH causes AS (
    SELECT version, row_number, count(*) OVER same_cause > 0 AS recurs
    FROM current_deviations
    WHERE root_cause IS NOT NULL AND area IS NOT NULL
    WINDOW same_cause AS (
        PARTITION BY partner_id, site_id, area, root_cause
        ORDER BY opened_date
        RANGE BETWEEN INTERVAL 12 MONTH PRECEDING AND INTERVAL 1 DAY PRECEDING
    )
),
facts AS (
    SELECT
        cells.cell,
        deviations.* REPLACE (coalesce(deviations.product, '') AS product),
        coalesce(causes.recurs, false) AS recurs
    FROM current_deviations AS deviations
    JOIN cells
        ON cells.partner_id = deviations.partner_id
        AND cells.site_id = deviations.site_id
        AND cells.product = coalesce(deviations.product, '')
    LEFT JOIN causes ON causes.version = deviations.version AND causes.row_number = deviations.row_number
)
SELECT {columns}
FROM facts;
