-- A partner's file of batch records: 15 columns, every {every}th cell of 13 of them wrong (0: none), in the ways that occur.
COPY (
    SELECT
        partner AS partner_id,
        partner || '-S' || (i % 3) AS site_id,
        CASE WHEN bad(i, 1) THEN '' ELSE 'B-' || lpad(i::VARCHAR, 8, '0') END AS batch_id,
        CASE WHEN bad(i, 2) THEN '' ELSE 'AX-' || (100 + i % 37) END AS product,
        CASE WHEN bad(i, 3) THEN 'bulk' ELSE (['drug_substance', 'drug_product', 'packaging'])[1 + i % 3] END AS stage,
        CASE WHEN bad(i, 4) THEN strftime(d, '%d/%m/%Y') ELSE strftime(d, '%Y-%m-%d') END AS planned_start_date,
        CASE WHEN bad(i, 5) THEN '2023-02-30' ELSE strftime(d + 1, '%Y-%m-%d') END AS actual_start_date,
        CASE WHEN bad(i, 6) THEN 'n/a' ELSE strftime(d + 8, '%Y-%m-%d') END AS completed_date,
        CASE WHEN bad(i, 7) THEN strftime(d + 5, '%Y-%m-%d') ELSE strftime(d + 15, '%Y-%m-%d') END AS record_received_date,
        CASE WHEN bad(i, 8) THEN 'ok' ELSE (['released', 'rejected'])[1 + (i % 20) // 19] END AS disposition,
        CASE WHEN bad(i, 9) THEN '1899-12-30' ELSE strftime(d + 30, '%Y-%m-%d') END AS disposition_date,
        CASE WHEN bad(i, 10) THEN 'maybe' ELSE (['yes', 'no'])[1 + i % 2] END AS reworked,
        CASE WHEN bad(i, 11) THEN '97,4' ELSE (80 + (hash(i) % 2000) / 100)::VARCHAR END AS actual_yield,
        CASE WHEN bad(i, 12) THEN '-1' ELSE '100' END AS theoretical_yield,
        CASE WHEN bad(i, 13) THEN '1.5' ELSE (i % 20)::VARCHAR END AS release_tests
    FROM (
        SELECT i, DATE '2020-01-01' + (i % 1500)::INT AS d, 'P' || lpad((i % 40)::VARCHAR, 3, '0') AS partner
        FROM range({rows}) AS t (i)
    )
) TO '{path}' (HEADER, DELIMITER ',')
