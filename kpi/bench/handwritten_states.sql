-- one row per entity and month: how many records of {source} are in the state at the month's end, by running sums
CREATE OR REPLACE TEMP TABLE states AS
WITH spans AS (
    SELECT
        partner_id, site_id, {product} AS product,
        year({starts}) * 12 + month({starts}) - 1 AS entered, year({ends}) * 12 + month({ends}) - 1 AS ended
    FROM {source}
    WHERE {where}
),
changes AS (
    SELECT partner_id, site_id, product, entered AS month, 1 AS change FROM spans WHERE ended IS NULL OR ended > entered
    UNION ALL
    SELECT partner_id, site_id, product, ended, -1 FROM spans WHERE ended > entered
),
monthly AS (
    SELECT partner_id, site_id, product, month, sum(change) AS change
    FROM changes
    GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month))
),
grid AS (
    SELECT * FROM (SELECT DISTINCT partner_id, site_id, product FROM monthly) AS entities CROSS JOIN months
)
SELECT
    grid.*,
    sum(coalesce(change, 0)) OVER (
        PARTITION BY grid.partner_id, grid.site_id, grid.product ORDER BY grid.month ROWS UNBOUNDED PRECEDING
    ) AS value
FROM grid
LEFT JOIN monthly
    ON monthly.partner_id = grid.partner_id AND monthly.month = grid.month
    AND monthly.site_id IS NOT DISTINCT FROM grid.site_id AND monthly.product IS NOT DISTINCT FROM grid.product
