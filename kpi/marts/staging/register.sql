-- one row per registered site, and one per site (or partner) that only records name
SELECT * EXCLUDE (version, row_number), true AS registered
FROM current_partners
UNION ALL BY NAME
SELECT DISTINCT partner_id, partner_id AS partner_name, site_id, site_id AS site_name, false AS registered
FROM cells
WHERE partner_id NOT IN (SELECT partner_id FROM current_partners)
    AND (site_id <> '' OR partner_id NOT IN (SELECT partner_id FROM cells WHERE site_id <> ''))
ORDER BY partner_id, site_id
