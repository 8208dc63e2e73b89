-- one row per agreed target
SELECT partner_id, kpi_id, effective_from, target, "limit", coalesce(source, '') AS source
FROM current_targets
ORDER BY partner_id, kpi_id, effective_from
