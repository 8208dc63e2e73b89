-- one row per partner, dataset and month covered; months as year * 12 + month - 1
SELECT partner_id, dataset, year(month) * 12 + month(month) - 1 AS month
FROM receipts
ORDER BY partner_id, dataset, month
