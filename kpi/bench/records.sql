-- A ledger of made-up records, written past the upload desk: {lots} lots, {deviations} deviations, {findings} findings,
-- {lines} order lines over {partners} partners, three sites and five products each, and {months} months.
-- One lot in fifty is restated by a second submission. Values come from a hash of the row's number: the same every time.

CREATE OR REPLACE TEMP MACRO dice(i, salt, sides) AS (hash(i * 1000 + salt) % sides)::INTEGER;
CREATE OR REPLACE TEMP MACRO partner_of(i) AS 'P' || lpad((dice(i, 1, {partners}))::VARCHAR, 3, '0');
CREATE OR REPLACE TEMP MACRO site_of(i) AS partner_of(i) || '-S' || dice(i, 2, 3);
CREATE OR REPLACE TEMP MACRO product_of(i) AS 'Product ' || dice(i, 3, 5);
CREATE OR REPLACE TEMP MACRO day_of(i, salt) AS DATE '2020-01-01' + dice(i, salt, {months} * 30);

INSERT INTO submissions
SELECT
    'S' || lpad(version::VARCHAR, 6, '0'), version, dataset, DATE '2020-01-01',
    (DATE '2020-01-01' + to_months({months} - 1))::DATE, dataset || '.csv', 'made up ' || version, 0, 0, [], 0, 0, 0,
    '{{}}', '', '[]', '', 'benchmark', TIMESTAMP '2030-01-01'
FROM (VALUES (1, 'batch_records'), (2, 'deviations'), (3, 'audit_findings'), (4, 'deliveries'), (5, 'batch_records'))
    AS made (version, dataset);

INSERT INTO coverage
SELECT submissions.version, submissions.dataset, 'P' || lpad(p::VARCHAR, 3, '0'), submissions.month_from, submissions.month_to
FROM submissions CROSS JOIN range({partners}) AS partners (p);

INSERT INTO batch_records BY NAME
SELECT
    1 AS version, i + 2 AS row_number, false AS restates,
    partner_of(i) AS partner_id, site_of(i) AS site_id, 'B' || i AS batch_id, product_of(i) AS product,
    'drug_product' AS stage, day_of(i, 4) AS planned_start_date, day_of(i, 4) + dice(i, 5, 5) - 1 AS actual_start_date,
    day_of(i, 4) + 8 + dice(i, 6, 6) AS completed_date, day_of(i, 4) + 14 + dice(i, 7, 20) AS record_received_date,
    CASE dice(i, 8, 25) WHEN 0 THEN 'rejected' WHEN 1 THEN 'pending' ELSE 'released' END AS disposition,
    CASE WHEN dice(i, 8, 25) <> 1 THEN day_of(i, 4) + 30 + dice(i, 9, 40) END AS disposition_date,
    dice(i, 10, 20) = 0 AS reworked, 90 + dice(i, 11, 1100) / 100 AS actual_yield, 100.0 AS theoretical_yield,
    12 AS release_tests, 20000.0 + dice(i, 12, 9000) AS batch_cost,
    CASE dice(dice(i, 1, {partners}), 13, 2) WHEN 0 THEN 'EUR' ELSE 'USD' END AS currency
FROM range({lots}) AS made (i);

INSERT INTO batch_records BY NAME
SELECT * REPLACE (5 AS version, true AS restates, actual_yield + 1 AS actual_yield)
FROM batch_records
WHERE version = 1 AND row_number % 50 = 0;

INSERT INTO deviations BY NAME
SELECT
    2 AS version, i + 2 AS row_number, false AS restates,
    partner_of(i) AS partner_id, site_of(i) AS site_id, 'D' || i AS deviation_id, day_of(i, 14) AS opened_date,
    CASE WHEN dice(i, 15, 50) = 0 THEN 'critical' WHEN dice(i, 15, 50) < 12 THEN 'major' ELSE 'minor' END AS severity,
    CASE WHEN dice(i, 16, 10) = 0 THEN 'laboratory_oos' ELSE 'process' END AS type,
    CASE WHEN dice(i, 17, 4) > 0 THEN 'B' || dice(i, 18, {lots}) END AS batch_id, product_of(i) AS product,
    'area ' || dice(i, 19, 6) AS area, 'cause ' || dice(i, 20, 40) AS root_cause, day_of(i, 14) + 30 AS due_date,
    CASE WHEN dice(i, 21, 12) > 0 THEN day_of(i, 14) + 5 + dice(i, 22, 40) END AS closed_date,
    CASE WHEN dice(i, 16, 10) = 0 THEN 'invalidated' END AS oos_outcome,
    CASE WHEN dice(i, 23, 3) = 0 THEN day_of(i, 14) + 60 END AS capa_due_date,
    CASE WHEN dice(i, 23, 3) = 0 AND dice(i, 24, 9) > 0 THEN day_of(i, 14) + 30 + dice(i, 25, 45) END AS capa_closed_date,
    CASE WHEN dice(i, 23, 3) = 0 THEN dice(i, 26, 9) > 0 END AS capa_effective,
    CASE WHEN dice(i, 23, 3) = 0 THEN day_of(i, 14) + 150 END AS capa_evaluated_date
FROM range({deviations}) AS made (i);

INSERT INTO audit_findings BY NAME
SELECT
    3 AS version, i + 2 AS row_number, false AS restates,
    partner_of(i // 5) AS partner_id, site_of(i // 5) AS site_id, 'A' || i // 5 AS audit_id, 'F' || i AS finding_id,
    day_of(i // 5, 27) AS audit_date, CASE WHEN dice(i // 5, 39, 4) = 0 THEN 'regulatory' ELSE 'routine' END AS audit_type,
    CASE WHEN dice(i, 28, 40) = 0 THEN 'critical' ELSE 'minor' END AS severity, 'quality control' AS area,
    day_of(i // 5, 27) + 30 AS response_due_date, day_of(i // 5, 27) + 15 + dice(i, 29, 20) AS response_date,
    day_of(i // 5, 27) + 90 AS due_date,
    CASE WHEN dice(i, 30, 10) > 0 THEN day_of(i // 5, 27) + 40 + dice(i, 31, 70) END AS closed_date,
    CASE WHEN dice(i, 32, 15) = 0 THEN 'F' || i - 1 END AS repeat_of
FROM range({findings}) AS made (i);

INSERT INTO deliveries BY NAME
SELECT
    4 AS version, i + 2 AS row_number, false AS restates,
    partner_of(i) AS partner_id, site_of(i) AS site_id, 'L' || i AS delivery_id, product_of(i) AS product,
    day_of(i, 33) AS promised_date, day_of(i, 33) - 40 AS order_date,
    CASE WHEN dice(i, 34, 60) > 0 THEN day_of(i, 33) - 6 + dice(i, 35, 10) END AS delivered_date,
    100.0 AS ordered_quantity, 90.0 + dice(i, 36, 12) AS delivered_quantity,
    dice(i, 37, 30) > 0 AS documents_ok, dice(i, 38, 50) > 0 AS condition_ok
FROM range({lines}) AS made (i);
