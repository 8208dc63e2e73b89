-- one row per record of a median of one partner: its month (year * 12 + month - 1), its site and product ("" for none), its days
SELECT found.month, cells.site_id, cells.product, found.days
FROM ({values}) AS found
JOIN cells ON cells.cell = found.cell
WHERE cells.partner_id = $partner_id
ORDER BY found.month, cells.site_id, cells.product, found.days
