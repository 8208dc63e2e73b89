-- one row per current order line (partner_id, delivery_id)
CREATE OR REPLACE TEMP TABLE staged_deliveries AS
WITH facts AS (
    SELECT cells.cell, lines.* REPLACE (coalesce(lines.product, '') AS product)
    FROM current_deliveries AS lines
    JOIN cells
        ON cells.partner_id = lines.partner_id
        AND cells.site_id = lines.site_id
        AND cells.product = coalesce(lines.product, '')
)
SELECT {columns}
FROM facts;
