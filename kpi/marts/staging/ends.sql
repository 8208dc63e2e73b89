-- one row per partner of whom every registered site has ended: the month (year * 12 + month - 1) of the last end
SELECT partner_id, year(max(active_to)) * 12 + month(max(active_to)) - 1 AS last_month
FROM current_partners
GROUP BY partner_id
HAVING count(*) = count(active_to)
