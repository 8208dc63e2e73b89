-- one row per current record of one partner, newest first
SELECT submissions.submission_id, submissions.file_name, records.* EXCLUDE (version)
FROM current_{dataset} AS records
JOIN submissions ON submissions.version = records.version
WHERE records.partner_id = $partner_id
ORDER BY {latest_by} DESC, submissions.submission_id, records.row_number
LIMIT $limit
