-- one row per dataset expected of the partner in the months that a figure counts
SELECT 'reporting' AS dataset, {counts_as} AS counts_as, partner_id, dataset AS expected, month, due_on, received_on
FROM staged_reporting
WHERE partner_id = $partner_id
    AND {condition}
ORDER BY month, expected
