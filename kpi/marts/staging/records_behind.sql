-- one row per record of {dataset} that a figure counts, with the file and row it came from
SELECT
    '{dataset}' AS dataset,
    counted.counts_as,
    submissions.submission_id,
    submissions.file_name,
    records.* EXCLUDE (version)
FROM (
    SELECT version, row_number, {counts_as} AS counts_as
    FROM staged_{dataset}
    WHERE {condition}
) AS counted
JOIN current_{dataset} AS records
    ON records.version = counted.version AND records.row_number = counted.row_number
JOIN submissions ON submissions.version = records.version
WHERE records.partner_id = $partner_id
    AND ($site_id = '' OR records.site_id = $site_id)
    AND {entity}
ORDER BY counted.counts_as DESC, submissions.submission_id, records.row_number
