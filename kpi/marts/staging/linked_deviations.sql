-- one row per current deviation (with its CAPA) that names one of the lots
SELECT submissions.submission_id, submissions.file_name, records.* EXCLUDE (version)
FROM current_deviations AS records
JOIN submissions ON submissions.version = records.version
WHERE records.partner_id = $partner_id AND list_contains($ids::TEXT[], records.batch_id)
ORDER BY records.opened_date, records.deviation_id
