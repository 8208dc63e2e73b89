-- one row per entity and month: the median of {days} over the records of the last {window} months
CREATE OR REPLACE TEMP TABLE medians_{window} AS
SELECT partner_id, site_id, product, months.month, count(*) AS n, median(days) AS value
FROM (
    SELECT partner_id, site_id, product, {days} AS days, year({month_of}) * 12 + month({month_of}) - 1 AS month
    FROM {source}
    WHERE {where}
) AS records
JOIN months ON records.month BETWEEN months.month - {window} + 1 AND months.month
GROUP BY GROUPING SETS (
    (partner_id, months.month), (partner_id, site_id, months.month), (partner_id, product, months.month)
)
