-- one row per cell, in the cells' order
SELECT partner_id, site_id, product FROM cells ORDER BY cell
