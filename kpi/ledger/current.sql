-- One row per key: the row of its newest submission that stands at version {version}.
-- Most files restate nothing. So only the keys that have a restating row are looked up, and every other row passes:
-- of several standing rows of one key all but the oldest say restates, so none of them escapes the look-up.
WITH newest AS (
    SELECT {key}, max(version) AS newest
    FROM {dataset} AS record
    WHERE record.restates AND {standing}
    GROUP BY {key}
)
SELECT {columns}
FROM {dataset} AS record
LEFT JOIN newest ON {same_key}
WHERE {standing}
    AND (newest.newest IS NULL OR record.version >= newest.newest)
