-- one row per current lot that one of the deviations names
SELECT submissions.submission_id, submissions.file_name, records.* EXCLUDE (version)
FROM current_batch_records AS records
JOIN submissions ON submissions.version = records.version
WHERE records.partner_id = $partner_id AND list_contains($ids::TEXT[], records.batch_id)
ORDER BY records.completed_date, records.batch_id
