-- one row per registered site
SELECT partner_id, site_id FROM current_partners ORDER BY partner_id, site_id
