-- one row per combination of partner, site and product that any current record names: the finest cell of every figure
CREATE OR REPLACE TEMP TABLE cells AS
WITH named AS (
    SELECT partner_id, site_id, coalesce(product, '') AS product FROM current_batch_records
    UNION
    SELECT partner_id, site_id, coalesce(product, '') FROM current_deviations
    UNION
    SELECT partner_id, site_id, coalesce(product, '') FROM current_deliveries
    UNION
    SELECT partner_id, site_id, '' FROM current_audit_findings
    UNION
    SELECT partner_id, '', '' FROM receipts
)
SELECT (row_number() OVER (ORDER BY partner_id, site_id, product) - 1)::INTEGER AS cell, partner_id, site_id, product
FROM named;
