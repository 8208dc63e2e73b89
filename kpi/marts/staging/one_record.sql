-- the current record of one partner with this id
SELECT submissions.submission_id, submissions.file_name, records.* EXCLUDE (version)
FROM current_{dataset} AS records
JOIN submissions ON submissions.version = records.version
WHERE records.partner_id = $partner_id AND records.{record_id} = $record_id
