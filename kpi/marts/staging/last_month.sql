-- one row: the last month (year * 12 + month - 1) that any partner's record files cover, null for none
SELECT max(year(month) * 12 + month(month) - 1) AS last_month
FROM portfolio_months
