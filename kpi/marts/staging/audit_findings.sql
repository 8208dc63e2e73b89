-- one row per current audit finding (partner_id, finding_id); findings belong to a site, never to a product
CREATE OR REPLACE TEMP TABLE staged_audit_findings AS
WITH facts AS (
    SELECT cells.cell, findings.*
    FROM current_audit_findings AS findings
    JOIN cells ON cells.partner_id = findings.partner_id AND cells.site_id = findings.site_id AND cells.product = ''
)
SELECT {columns}
FROM facts;
