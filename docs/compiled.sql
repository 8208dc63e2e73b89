-- Made from kpi/definitions by `make docs`; do not edit. These statements run on the staged tables of
-- kpi/marts/staging, and their results are rolled up to grains and windows by kpi/marts/figures.py.
-- month is year * 12 + month - 1; cell numbers a combination of partner, site and product.

-- one row per cell and month of disposition_date: what batch_records count for
SELECT
    cell,
    year(disposition_date) * 12 + month(disposition_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE (disposition in ('released', 'rejected')) and (disposition = 'released')) AS "lot_acceptance_rate.numerator",
    count(*) FILTER (WHERE disposition in ('released', 'rejected')) AS "lot_acceptance_rate.denominator",
    count(*) FILTER (WHERE (disposition in ('released', 'rejected')) and (disposition = 'released' and not was_reworked and not has_deviation)) AS "right_first_time.numerator",
    count(*) FILTER (WHERE disposition in ('released', 'rejected')) AS "right_first_time.denominator"
FROM staged_batch_records
WHERE disposition_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of completed_date: what batch_records count for
SELECT
    cell,
    year(completed_date) * 12 + month(completed_date) - 1 AS month,
    count(*) AS events,
    coalesce(sum((actual_yield)::DECIMAL(38, 6)) FILTER (WHERE actual_yield is not null and theoretical_yield is not null), 0)::DOUBLE AS "yield_attainment.numerator",
    coalesce(sum((theoretical_yield)::DECIMAL(38, 6)) FILTER (WHERE actual_yield is not null and theoretical_yield is not null), 0)::DOUBLE AS "yield_attainment.denominator",
    count(*) FILTER (WHERE actual_yield is not null and theoretical_yield is not null) AS "yield_attainment.rows",
    count(*) AS "deviation_rate.denominator",
    count(*) AS "serious_deviation_rate.denominator",
    coalesce(sum((release_tests)::DECIMAL(38, 6)), 0)::DOUBLE AS "invalidated_oos_rate.denominator"
FROM staged_batch_records
WHERE completed_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of disposition_date: what batch_records count for
SELECT
    cell,
    year(disposition_date) * 12 + month(disposition_date) - 1 AS month,
    currency AS split,
    count(*) AS events,
    coalesce(sum((batch_cost)::DECIMAL(38, 6)) FILTER (WHERE disposition in ('released', 'rejected') and batch_cost is not null and currency is not null), 0)::DOUBLE AS "cost_per_released_batch.numerator",
    count(*) FILTER (WHERE (disposition in ('released', 'rejected') and batch_cost is not null and currency is not null) AND (disposition = 'released')) AS "cost_per_released_batch.denominator",
    count(*) FILTER (WHERE disposition in ('released', 'rejected') and batch_cost is not null and currency is not null) AS "cost_per_released_batch.present"
FROM staged_batch_records
WHERE disposition_date IS NOT NULL
GROUP BY cell, month, split
ORDER BY cell, month, split;

-- one row per cell and month of record_received_date: what batch_records count for
SELECT
    cell,
    year(record_received_date) * 12 + month(record_received_date) - 1 AS month,
    count(*) AS events
FROM staged_batch_records
WHERE record_received_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of planned_start_date: what batch_records count for
SELECT
    cell,
    year(planned_start_date) * 12 + month(planned_start_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE abs(actual_start_date - planned_start_date) <= 2) AS "schedule_adherence.numerator",
    count(*) AS "schedule_adherence.denominator"
FROM staged_batch_records
WHERE planned_start_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of opened_date: what deviations count for
SELECT
    cell,
    year(opened_date) * 12 + month(opened_date) - 1 AS month,
    count(*) AS events,
    count(*) AS "deviation_rate.numerator",
    count(*) FILTER (WHERE severity in ('critical', 'major')) AS "serious_deviation_rate.numerator",
    count(*) FILTER (WHERE type = 'laboratory_oos' and oos_outcome = 'invalidated') AS "invalidated_oos_rate.numerator"
FROM staged_deviations
WHERE opened_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of due_date: what deviations count for
SELECT
    cell,
    year(due_date) * 12 + month(due_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE closed_date <= due_date) AS "deviation_on_time_closure.numerator",
    count(*) AS "deviation_on_time_closure.denominator"
FROM staged_deviations
WHERE due_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of closed_date: what deviations count for
SELECT
    cell,
    year(closed_date) * 12 + month(closed_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE recurs) AS "recurring_deviation_rate.numerator",
    count(*) AS "recurring_deviation_rate.denominator"
FROM staged_deviations
WHERE closed_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of capa_due_date: what deviations count for
SELECT
    cell,
    year(capa_due_date) * 12 + month(capa_due_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE capa_closed_date <= capa_due_date) AS "capa_on_time.numerator",
    count(*) AS "capa_on_time.denominator"
FROM staged_deviations
WHERE capa_due_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of capa_evaluated_date: what deviations count for
SELECT
    cell,
    year(capa_evaluated_date) * 12 + month(capa_evaluated_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE (capa_effective is not null) and (capa_effective)) AS "capa_effectiveness.numerator",
    count(*) FILTER (WHERE capa_effective is not null) AS "capa_effectiveness.denominator"
FROM staged_deviations
WHERE capa_evaluated_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of response_due_date: what audit_findings count for
SELECT
    cell,
    year(response_due_date) * 12 + month(response_due_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE response_date <= response_due_date) AS "audit_response_on_time.numerator",
    count(*) AS "audit_response_on_time.denominator"
FROM staged_audit_findings
WHERE response_due_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of due_date: what audit_findings count for
SELECT
    cell,
    year(due_date) * 12 + month(due_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE closed_date <= due_date) AS "finding_closure_on_time.numerator",
    count(*) AS "finding_closure_on_time.denominator"
FROM staged_audit_findings
WHERE due_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of audit_date: what audit_findings count for
SELECT
    cell,
    year(audit_date) * 12 + month(audit_date) - 1 AS month,
    count(*) AS events,
    count(*) AS "findings_per_audit.numerator",
    count(*) FILTER (WHERE repeat_of is not null) AS "repeat_finding_rate.numerator",
    count(*) AS "repeat_finding_rate.denominator"
FROM staged_audit_findings
WHERE audit_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of promised_date: what deliveries count for
SELECT
    cell,
    year(promised_date) * 12 + month(promised_date) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE delivered_date <= promised_date + 0) AS "on_time_delivery.numerator",
    count(*) AS "on_time_delivery.denominator",
    count(*) FILTER (WHERE (delivered_date is null or delivered_quantity is not null) and (delivered_date <= promised_date + 0 and delivered_quantity >= ordered_quantity * (1 - 0))) AS "on_time_in_full.numerator",
    count(*) FILTER (WHERE delivered_date is null or delivered_quantity is not null) AS "on_time_in_full.denominator",
    coalesce(sum((least(coalesce(delivered_quantity, 0), ordered_quantity))::DECIMAL(38, 6)) FILTER (WHERE delivered_date is null or delivered_quantity is not null), 0)::DOUBLE AS "fill_rate.numerator",
    coalesce(sum((ordered_quantity)::DECIMAL(38, 6)) FILTER (WHERE delivered_date is null or delivered_quantity is not null), 0)::DOUBLE AS "fill_rate.denominator",
    count(*) FILTER (WHERE delivered_date is null or delivered_quantity is not null) AS "fill_rate.rows",
    count(*) FILTER (WHERE (delivered_date is null or (delivered_quantity is not null and documents_ok is not null and condition_ok is not null)) and (delivered_date <= promised_date + 0 and delivered_quantity >= ordered_quantity * (1 - 0) and documents_ok and condition_ok)) AS "perfect_order.numerator",
    count(*) FILTER (WHERE delivered_date is null or (delivered_quantity is not null and documents_ok is not null and condition_ok is not null)) AS "perfect_order.denominator"
FROM staged_deliveries
WHERE promised_date IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month of month: what reporting count for
SELECT
    cell,
    year(month) * 12 + month(month) - 1 AS month,
    count(*) AS events,
    count(*) FILTER (WHERE (judged) and (received_on <= due_on)) AS "submission_timeliness.numerator",
    count(*) FILTER (WHERE judged) AS "submission_timeliness.denominator"
FROM staged_reporting
WHERE month IS NOT NULL
GROUP BY cell, month
ORDER BY cell, month;

-- one row per record: days from completed to disposition of each lot
SELECT cell, year(disposition_date) * 12 + month(disposition_date) - 1 AS month, (disposition_date - completed_date)::BIGINT AS days
FROM staged_batch_records
WHERE disposition_date IS NOT NULL AND (disposition_date - completed_date) IS NOT NULL AND (disposition in ('released', 'rejected'));

-- one row per record: days from completed to record received of each lot
SELECT cell, year(record_received_date) * 12 + month(record_received_date) - 1 AS month, (record_received_date - completed_date)::BIGINT AS days
FROM staged_batch_records
WHERE record_received_date IS NOT NULL AND (record_received_date - completed_date) IS NOT NULL;

-- one row per record: days from opened to closed of each deviation
SELECT cell, year(closed_date) * 12 + month(closed_date) - 1 AS month, (closed_date - opened_date)::BIGINT AS days
FROM staged_deviations
WHERE closed_date IS NOT NULL AND (closed_date - opened_date) IS NOT NULL;

-- one row per record: days from promised to delivered of each late line
SELECT cell, year(promised_date) * 12 + month(promised_date) - 1 AS month, (delivered_date - promised_date)::BIGINT AS days
FROM staged_deliveries
WHERE promised_date IS NOT NULL AND (delivered_date - promised_date) IS NOT NULL AND (delivered_date > promised_date);

-- one row per partner and month, and per site and month: audits held in the month that raised a finding
SELECT partner_id, coalesce(site_id, '') AS site_id, month, amount
FROM (
    SELECT partner_id, site_id, year(audit_date) * 12 + month(audit_date) - 1 AS month, count(DISTINCT audit_id) AS amount
    FROM staged_audit_findings
    WHERE audit_date IS NOT NULL
    GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month))
) AS counted
ORDER BY partner_id, site_id, month;

-- one row per cell and month: records that enter less records that leave; lots completed more than 30 days ago and without a disposition at the month's end
WITH spans AS (
    SELECT cell, year((completed_date + 30 + 1)) * 12 + month((completed_date + 30 + 1)) - 1 AS entered, year((disposition_date)) * 12 + month((disposition_date)) - 1 AS ended
    FROM staged_batch_records
    WHERE (completed_date + 30 + 1) IS NOT NULL
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; deviations open and past their original due date
WITH spans AS (
    SELECT cell, year((greatest(due_date + 1, opened_date))) * 12 + month((greatest(due_date + 1, opened_date))) - 1 AS entered, year((closed_date)) * 12 + month((closed_date)) - 1 AS ended
    FROM staged_deviations
    WHERE (greatest(due_date + 1, opened_date)) IS NOT NULL
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; critical deviations open and past their original due date
WITH spans AS (
    SELECT cell, year((greatest(due_date + 1, opened_date))) * 12 + month((greatest(due_date + 1, opened_date))) - 1 AS entered, year((closed_date)) * 12 + month((closed_date)) - 1 AS ended
    FROM staged_deviations
    WHERE (greatest(due_date + 1, opened_date)) IS NOT NULL AND (severity = 'critical')
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; CAPAs open and past their due date
WITH spans AS (
    SELECT cell, year((greatest(capa_due_date + 1, opened_date))) * 12 + month((greatest(capa_due_date + 1, opened_date))) - 1 AS entered, year((capa_closed_date)) * 12 + month((capa_closed_date)) - 1 AS ended
    FROM staged_deviations
    WHERE (greatest(capa_due_date + 1, opened_date)) IS NOT NULL AND (capa_due_date is not null)
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; findings open and past their due date
WITH spans AS (
    SELECT cell, year((greatest(due_date + 1, audit_date))) * 12 + month((greatest(due_date + 1, audit_date))) - 1 AS entered, year((closed_date)) * 12 + month((closed_date)) - 1 AS ended
    FROM staged_audit_findings
    WHERE (greatest(due_date + 1, audit_date)) IS NOT NULL
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; critical findings open and past their original due date
WITH spans AS (
    SELECT cell, year((greatest(due_date + 1, audit_date))) * 12 + month((greatest(due_date + 1, audit_date))) - 1 AS entered, year((closed_date)) * 12 + month((closed_date)) - 1 AS ended
    FROM staged_audit_findings
    WHERE (greatest(due_date + 1, audit_date)) IS NOT NULL AND (severity = 'critical')
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; critical findings open
WITH spans AS (
    SELECT cell, year((audit_date)) * 12 + month((audit_date)) - 1 AS entered, year((closed_date)) * 12 + month((closed_date)) - 1 AS ended
    FROM staged_audit_findings
    WHERE (audit_date) IS NOT NULL AND (severity = 'critical')
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; critical findings of inspections by an authority, open
WITH spans AS (
    SELECT cell, year((audit_date)) * 12 + month((audit_date)) - 1 AS entered, year((closed_date)) * 12 + month((closed_date)) - 1 AS ended
    FROM staged_audit_findings
    WHERE (audit_date) IS NOT NULL AND (severity = 'critical' and audit_type = 'regulatory')
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;

-- one row per cell and month: records that enter less records that leave; order lines past their promised date and not delivered
WITH spans AS (
    SELECT cell, year((greatest(promised_date + 1, order_date))) * 12 + month((greatest(promised_date + 1, order_date))) - 1 AS entered, year((delivered_date)) * 12 + month((delivered_date)) - 1 AS ended
    FROM staged_deliveries
    WHERE (greatest(promised_date + 1, order_date)) IS NOT NULL
),
lasting AS (
    SELECT * FROM spans WHERE ended IS NULL OR ended > entered
),
changes AS (
    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered
    UNION ALL
    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended
)
SELECT cell, month, sum(change)::BIGINT AS change
FROM changes
GROUP BY cell, month
ORDER BY cell, month;
