-- What a good SQL author would write for the same figures: every indicator at three grains and three windows, from
-- records that are already current (current_* tables). Grouping sets for the grains, running sums for the states,
-- window sums for the rolling figures, medians over records joined to the months of their window.
-- The exact Poisson interval is left out: SQL has no inverse of the gamma function.

CREATE OR REPLACE TEMP TABLE lots AS
SELECT
    batches.*,
    year(disposition_date) * 12 + month(disposition_date) - 1 AS disposed,
    year(completed_date) * 12 + month(completed_date) - 1 AS completed,
    linked.batch_id IS NOT NULL AS has_deviation
FROM current_batch_records AS batches
LEFT JOIN (SELECT DISTINCT partner_id, batch_id FROM current_deviations WHERE batch_id IS NOT NULL) AS linked
    ON linked.partner_id = batches.partner_id AND linked.batch_id = batches.batch_id;

CREATE OR REPLACE TEMP TABLE causes AS
SELECT
    *,
    root_cause IS NOT NULL AND area IS NOT NULL AND count(*) OVER (
        PARTITION BY partner_id, site_id, area, root_cause
        ORDER BY opened_date
        RANGE BETWEEN INTERVAL 12 MONTH PRECEDING AND INTERVAL 1 DAY PRECEDING
    ) > 0 AS recurs
FROM current_deviations;

CREATE OR REPLACE TEMP TABLE by_disposition AS
SELECT
    partner_id, site_id, product, disposed AS month,
    count(*) AS dispositioned,
    count(*) FILTER (WHERE disposition = 'released') AS released,
    count(*) FILTER (WHERE disposition = 'released' AND NOT coalesce(reworked, false) AND NOT has_deviation) AS right_first
FROM lots
WHERE disposition IN ('released', 'rejected') AND disposed IS NOT NULL
GROUP BY GROUPING SETS ((partner_id, disposed), (partner_id, site_id, disposed), (partner_id, product, disposed));

CREATE OR REPLACE TEMP TABLE by_cost AS
SELECT
    partner_id, site_id, product, currency, disposed AS month,
    count(*) FILTER (WHERE disposition = 'released') AS released, sum(batch_cost) AS cost
FROM lots
WHERE disposition IN ('released', 'rejected') AND disposed IS NOT NULL AND batch_cost IS NOT NULL AND currency IS NOT NULL
GROUP BY GROUPING SETS (
    (partner_id, currency, disposed), (partner_id, site_id, currency, disposed), (partner_id, product, currency, disposed)
);

CREATE OR REPLACE TEMP TABLE by_completion AS
SELECT
    partner_id, site_id, product, completed AS month,
    count(*) AS made,
    count(*) FILTER (WHERE actual_yield IS NOT NULL AND theoretical_yield IS NOT NULL) AS yields,
    sum(actual_yield) FILTER (WHERE theoretical_yield IS NOT NULL) AS actual,
    sum(theoretical_yield) FILTER (WHERE actual_yield IS NOT NULL) AS theoretical,
    sum(release_tests) AS tests
FROM lots
WHERE completed IS NOT NULL
GROUP BY GROUPING SETS ((partner_id, completed), (partner_id, site_id, completed), (partner_id, product, completed));

CREATE OR REPLACE TEMP TABLE by_plan AS
SELECT
    partner_id, site_id, product, year(planned_start_date) * 12 + month(planned_start_date) - 1 AS month,
    count(*) AS planned,
    count(*) FILTER (WHERE abs(actual_start_date - planned_start_date) <= 2) AS adhered
FROM lots
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month));

CREATE OR REPLACE TEMP TABLE by_opening AS
SELECT
    partner_id, site_id, product, year(opened_date) * 12 + month(opened_date) - 1 AS month,
    count(*) AS opened,
    count(*) FILTER (WHERE severity IN ('critical', 'major')) AS serious,
    count(*) FILTER (WHERE type = 'laboratory_oos' AND oos_outcome = 'invalidated') AS invalidated
FROM causes
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month));

CREATE OR REPLACE TEMP TABLE by_due AS
SELECT
    partner_id, site_id, product, year(due_date) * 12 + month(due_date) - 1 AS month,
    count(*) AS due, count(*) FILTER (WHERE closed_date <= due_date) AS in_time
FROM causes
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month));

CREATE OR REPLACE TEMP TABLE by_closing AS
SELECT
    partner_id, site_id, product, year(closed_date) * 12 + month(closed_date) - 1 AS month,
    count(*) AS closed, count(*) FILTER (WHERE recurs) AS recurring
FROM causes
WHERE closed_date IS NOT NULL
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month));

CREATE OR REPLACE TEMP TABLE by_capa_due AS
SELECT
    partner_id, site_id, product, year(capa_due_date) * 12 + month(capa_due_date) - 1 AS month,
    count(*) AS due, count(*) FILTER (WHERE capa_closed_date <= capa_due_date) AS in_time
FROM causes
WHERE capa_due_date IS NOT NULL
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month));

CREATE OR REPLACE TEMP TABLE by_capa_check AS
SELECT
    partner_id, site_id, product, year(capa_evaluated_date) * 12 + month(capa_evaluated_date) - 1 AS month,
    count(*) AS evaluated, count(*) FILTER (WHERE capa_effective) AS effective
FROM causes
WHERE capa_evaluated_date IS NOT NULL AND capa_effective IS NOT NULL
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month));

CREATE OR REPLACE TEMP TABLE by_audit AS
SELECT
    partner_id, site_id, NULL AS product, year(audit_date) * 12 + month(audit_date) - 1 AS month,
    count(*) AS findings, count(DISTINCT audit_id) AS audits, count(repeat_of) AS repeats
FROM current_audit_findings
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month));

CREATE OR REPLACE TEMP TABLE by_response AS
SELECT
    partner_id, site_id, NULL AS product, year(response_due_date) * 12 + month(response_due_date) - 1 AS month,
    count(*) AS due, count(*) FILTER (WHERE response_date <= response_due_date) AS in_time
FROM current_audit_findings
WHERE response_due_date IS NOT NULL
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month));

CREATE OR REPLACE TEMP TABLE by_finding_due AS
SELECT
    partner_id, site_id, NULL AS product, year(due_date) * 12 + month(due_date) - 1 AS month,
    count(*) AS due, count(*) FILTER (WHERE closed_date <= due_date) AS in_time
FROM current_audit_findings
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month));

CREATE OR REPLACE TEMP TABLE by_promise AS
WITH lines AS (
    SELECT
        *,
        year(promised_date) * 12 + month(promised_date) - 1 AS month,
        coalesce(delivered_date <= promised_date, false) AS on_time,
        coalesce(delivered_quantity >= ordered_quantity, false) AS in_full,
        delivered_date IS NULL OR delivered_quantity IS NOT NULL AS judged,
        delivered_date IS NULL
        OR (delivered_quantity IS NOT NULL AND documents_ok IS NOT NULL AND condition_ok IS NOT NULL) AS judged_perfect
    FROM current_deliveries
)
SELECT
    partner_id, site_id, product, month,
    count(*) AS due,
    count(*) FILTER (WHERE on_time) AS on_time,
    count(*) FILTER (WHERE judged) AS judged,
    count(*) FILTER (WHERE judged AND on_time AND in_full) AS in_full,
    count(*) FILTER (WHERE judged_perfect) AS judged_perfect,
    count(*) FILTER (WHERE judged_perfect AND on_time AND in_full AND documents_ok AND condition_ok) AS perfect,
    sum(ordered_quantity) FILTER (WHERE judged) AS ordered,
    sum(least(coalesce(delivered_quantity, 0), ordered_quantity)) FILTER (WHERE judged) AS filled
FROM lines
GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month), (partner_id, product, month));

-- parts: one row per indicator, entity and month with anything in it
CREATE OR REPLACE TEMP TABLE parts AS
SELECT 'lot_acceptance_rate' AS kpi_id, partner_id, site_id, product, '' AS currency, month, dispositioned AS n, released::DOUBLE AS numerator, dispositioned::DOUBLE AS denominator FROM by_disposition
UNION ALL SELECT 'right_first_time', partner_id, site_id, product, '', month, dispositioned, right_first, dispositioned FROM by_disposition
UNION ALL SELECT 'cost_per_released_batch', partner_id, site_id, product, currency, month, released, cost, released FROM by_cost
UNION ALL SELECT 'yield_attainment', partner_id, site_id, product, '', month, yields, actual, theoretical FROM by_completion
UNION ALL SELECT 'schedule_adherence', partner_id, site_id, product, '', month, planned, adhered, planned FROM by_plan
UNION ALL
SELECT kpi_id, partner_id, site_id, product, '', month, max(denominator), max(numerator), max(denominator)
FROM (
    SELECT unnest(['deviation_rate', 'serious_deviation_rate']) AS kpi_id, partner_id, site_id, product, month, 0 AS numerator, made AS denominator FROM by_completion
    UNION ALL SELECT 'deviation_rate', partner_id, site_id, product, month, opened, 0 FROM by_opening
    UNION ALL SELECT 'serious_deviation_rate', partner_id, site_id, product, month, serious, 0 FROM by_opening
    UNION ALL SELECT 'invalidated_oos_rate', partner_id, site_id, product, month, invalidated, 0 FROM by_opening
    UNION ALL SELECT 'invalidated_oos_rate', partner_id, site_id, product, month, 0, tests FROM by_completion
) AS sides
GROUP BY kpi_id, partner_id, site_id, product, month
UNION ALL SELECT 'deviation_on_time_closure', partner_id, site_id, product, '', month, due, in_time, due FROM by_due
UNION ALL SELECT 'recurring_deviation_rate', partner_id, site_id, product, '', month, closed, recurring, closed FROM by_closing
UNION ALL SELECT 'capa_on_time', partner_id, site_id, product, '', month, due, in_time, due FROM by_capa_due
UNION ALL SELECT 'capa_effectiveness', partner_id, site_id, product, '', month, evaluated, effective, evaluated FROM by_capa_check
UNION ALL SELECT 'audit_response_on_time', partner_id, site_id, product, '', month, due, in_time, due FROM by_response
UNION ALL SELECT 'finding_closure_on_time', partner_id, site_id, product, '', month, due, in_time, due FROM by_finding_due
UNION ALL SELECT 'findings_per_audit', partner_id, site_id, product, '', month, audits, findings, audits FROM by_audit
UNION ALL SELECT 'repeat_finding_rate', partner_id, site_id, product, '', month, findings, repeats, findings FROM by_audit
UNION ALL SELECT 'on_time_delivery', partner_id, site_id, product, '', month, due, on_time, due FROM by_promise
UNION ALL SELECT 'on_time_in_full', partner_id, site_id, product, '', month, judged, in_full, judged FROM by_promise
UNION ALL SELECT 'fill_rate', partner_id, site_id, product, '', month, judged, filled, ordered FROM by_promise
UNION ALL SELECT 'perfect_order', partner_id, site_id, product, '', month, judged_perfect, perfect, judged_perfect FROM by_promise;

CREATE OR REPLACE TEMP TABLE months AS
SELECT unnest(range(2020 * 12, 2020 * 12 + {months}))::INTEGER AS month;

CREATE OR REPLACE TEMP TABLE summed AS
WITH grid AS (
    SELECT * FROM (SELECT DISTINCT kpi_id, partner_id, site_id, product, currency FROM parts) AS entities CROSS JOIN months
),
dense AS (
    SELECT grid.*, coalesce(n, 0) AS n, coalesce(numerator, 0) AS numerator, coalesce(denominator, 0) AS denominator
    FROM grid
    LEFT JOIN parts
        ON parts.kpi_id = grid.kpi_id AND parts.partner_id = grid.partner_id AND parts.month = grid.month
        AND parts.currency = grid.currency
        AND parts.site_id IS NOT DISTINCT FROM grid.site_id AND parts.product IS NOT DISTINCT FROM grid.product
)
SELECT
    *,
    sum(n) OVER quarter AS n_3, sum(numerator) OVER quarter AS numerator_3, sum(denominator) OVER quarter AS denominator_3,
    sum(n) OVER year AS n_12, sum(numerator) OVER year AS numerator_12, sum(denominator) OVER year AS denominator_12
FROM dense
WINDOW
    quarter AS (PARTITION BY kpi_id, partner_id, site_id, product, currency ORDER BY month ROWS 2 PRECEDING),
    year AS (PARTITION BY kpi_id, partner_id, site_id, product, currency ORDER BY month ROWS 11 PRECEDING);

CREATE OR REPLACE TEMP MACRO low(x, n) AS
    (x / n + 1.9207 / n - 1.959964 * sqrt(x / n * (1 - x / n) / n + 0.9604 / (n * n))) / (1 + 3.8415 / n);
CREATE OR REPLACE TEMP MACRO high(x, n) AS
    (x / n + 1.9207 / n + 1.959964 * sqrt(greatest(x / n * (1 - x / n), 0) / n + 0.9604 / (n * n))) / (1 + 3.8415 / n);

CREATE OR REPLACE TEMP TABLE figures AS
SELECT
    *,
    numerator / nullif(denominator, 0) AS value,
    numerator_3 / nullif(denominator_3, 0) AS rolling_3,
    numerator_12 / nullif(denominator_12, 0) AS rolling_12,
    CASE WHEN numerator <= n AND n > 0 THEN low(numerator, n) END AS lower,
    CASE WHEN numerator <= n AND n > 0 THEN high(numerator, n) END AS upper,
    CASE WHEN numerator_3 <= n_3 AND n_3 > 0 THEN low(numerator_3, n_3) END AS lower_3,
    CASE WHEN numerator_3 <= n_3 AND n_3 > 0 THEN high(numerator_3, n_3) END AS upper_3,
    CASE WHEN numerator_12 <= n_12 AND n_12 > 0 THEN low(numerator_12, n_12) END AS lower_12,
    CASE WHEN numerator_12 <= n_12 AND n_12 > 0 THEN high(numerator_12, n_12) END AS upper_12
FROM summed;
