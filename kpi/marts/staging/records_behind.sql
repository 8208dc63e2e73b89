-- one row per staged record of {dataset} that a figure counts, with the file and row it came from
SELECT
    '{dataset}' AS dataset,
    {counts_as} AS counts_as,
    submissions.submission_id,
    submissions.file_name,
    records.* EXCLUDE (cell, version)
FROM staged_{dataset} AS records
JOIN submissions ON submissions.version = records.version
WHERE records.partner_id = $partner_id
    AND ($site_id = '' OR records.site_id = $site_id)
    AND {condition}
ORDER BY counts_as DESC, submissions.submission_id, records.row_number
