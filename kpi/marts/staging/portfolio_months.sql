-- one row per month that any partner's record files cover
CREATE OR REPLACE TEMP TABLE portfolio_months AS
SELECT DISTINCT month
FROM receipts
WHERE list_contains($datasets, dataset);
