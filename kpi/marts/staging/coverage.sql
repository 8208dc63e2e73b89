-- one row per partner, month and dataset expected from it
SELECT
    partner_id,
    dataset,
    month,
    received_on,
    due_on,
    CASE
        WHEN history_load THEN 'history load'
        WHEN received_on IS NULL AND NOT judged THEN 'not due yet'
        WHEN received_on IS NULL THEN 'missing'
        WHEN received_on > due_on THEN 'late'
        ELSE 'on time'
    END AS state
FROM staged_reporting
ORDER BY partner_id, month, dataset
