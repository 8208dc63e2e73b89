-- one row per partner, dataset and month that an accepted submission covers: the first receipt that still stands.
-- What waited for acceptance was received when it was offered: the time that the sponsor took is not the partner's.
CREATE OR REPLACE TEMP TABLE receipts AS
WITH offered AS (
    SELECT version, (payload ->> '$.offer.offered_at')::TIMESTAMP AS offered_at
    FROM events
    WHERE kind = 'submission' AND contains(payload, '"offer":{')
),
standing AS (
    SELECT submissions.version, coalesce(offered.offered_at, submissions.recorded_at) AS recorded_at
    FROM submissions
    LEFT JOIN offered ON offered.version = submissions.version
    WHERE submissions.version <= $version
        AND submissions.version NOT IN (SELECT submission_version FROM withdrawals WHERE version <= $version)
),
covered AS (
    SELECT
        coverage.partner_id,
        coverage.dataset,
        unnest(generate_series(coverage.month_from, coverage.month_to, INTERVAL 1 MONTH))::DATE AS month,
        coverage.version,
        standing.recorded_at::DATE AS received_on,
        coverage.month_from < coverage.month_to AS history_load
    FROM coverage
    JOIN standing ON standing.version = coverage.version
    WHERE $everything OR list_contains($partners, coverage.partner_id)
),
first_receipts AS (
    SELECT partner_id, dataset, month, min(version) AS version
    FROM covered
    GROUP BY partner_id, dataset, month
)
SELECT covered.*
FROM covered
JOIN first_receipts
    ON first_receipts.partner_id = covered.partner_id
    AND first_receipts.dataset = covered.dataset
    AND first_receipts.month = covered.month
    AND first_receipts.version = covered.version;
