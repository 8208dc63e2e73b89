-- one row per current finding that repeats one of the findings, or is repeated by one
SELECT submissions.submission_id, submissions.file_name, records.* EXCLUDE (version)
FROM current_audit_findings AS records
JOIN submissions ON submissions.version = records.version
WHERE records.partner_id = $partner_id
    AND NOT list_contains($ids::TEXT[], records.finding_id)
    AND (
        list_contains($ids::TEXT[], records.repeat_of)
        OR records.finding_id IN (
            SELECT repeat_of FROM current_audit_findings
            WHERE partner_id = $partner_id AND list_contains($ids::TEXT[], finding_id)
        )
    )
ORDER BY records.audit_date, records.finding_id
