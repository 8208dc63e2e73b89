-- one row per open commitment that is due by a day: deviations, their CAPAs, findings, responses to findings, order lines
WITH commitments AS (
    SELECT
        'deviation' AS what, version, row_number, partner_id, site_id,
        deviation_id AS record_id, concat_ws(', ', replace(type, '_', ' '), area, root_cause, 'lot ' || batch_id) AS description,
        due_date AS due_on, severity, extended_due_date
    FROM current_deviations
    WHERE closed_date IS NULL
    UNION ALL
    SELECT
        'CAPA', version, row_number, partner_id, site_id,
        coalesce(capa_id, deviation_id), concat_ws(', ', 'deviation ' || deviation_id, area, root_cause),
        capa_due_date, severity, NULL
    FROM current_deviations
    WHERE capa_closed_date IS NULL
    UNION ALL
    SELECT
        'response', version, row_number, partner_id, site_id,
        finding_id, concat_ws(', ', 'audit ' || audit_id, authority, area, clause),
        response_due_date, severity, NULL
    FROM current_audit_findings
    WHERE response_date IS NULL AND closed_date IS NULL
    UNION ALL
    SELECT
        'finding', version, row_number, partner_id, site_id,
        finding_id, concat_ws(', ', 'audit ' || audit_id, authority, area, clause),
        due_date, severity, NULL
    FROM current_audit_findings
    WHERE closed_date IS NULL
    UNION ALL
    SELECT
        'delivery', version, row_number, partner_id, site_id,
        delivery_id, concat_ws(', ', product, concat_ws(' ', format('{:,.15g}', ordered_quantity), unit)),
        promised_date, NULL, NULL
    FROM current_deliveries
    WHERE delivered_date IS NULL
)
SELECT
    commitments.what,
    commitments.partner_id,
    commitments.site_id,
    commitments.record_id,
    commitments.description,
    commitments.due_on,
    (commitments.due_on - $day::DATE)::INTEGER AS days_left,
    commitments.severity,
    commitments.extended_due_date,
    submissions.submission_id,
    submissions.file_name,
    commitments.row_number
FROM commitments
JOIN submissions ON submissions.version = commitments.version
WHERE commitments.due_on <= $until::DATE
ORDER BY
    commitments.due_on, commitments.partner_id, commitments.what, commitments.record_id, commitments.version,
    commitments.row_number
