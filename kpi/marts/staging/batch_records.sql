-- one row per current lot (partner_id, batch_id), with the facts that definitions ask about
CREATE OR REPLACE TEMP TABLE staged_batch_records AS
WITH lots_with_deviation AS (
    SELECT DISTINCT partner_id, batch_id
    FROM current_deviations
    WHERE batch_id IS NOT NULL
),
facts AS (
    SELECT
        cells.cell,
        lots.* REPLACE (coalesce(lots.product, '') AS product),
        coalesce(lots.reworked, false) AS was_reworked,
        lots_with_deviation.batch_id IS NOT NULL AS has_deviation
    FROM current_batch_records AS lots
    JOIN cells
        ON cells.partner_id = lots.partner_id
        AND cells.site_id = lots.site_id
        AND cells.product = coalesce(lots.product, '')
    LEFT JOIN lots_with_deviation
        ON lots_with_deviation.partner_id = lots.partner_id AND lots_with_deviation.batch_id = lots.batch_id
)
SELECT {columns}
FROM facts;
