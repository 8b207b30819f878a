-- Null is any. Results are left where they are: a list of thousands would be gigabytes.
SELECT document, NULL, progress
FROM surety_server.runs
WHERE ($1::text IS NULL OR database = $1)
  AND ($2::text IS NULL OR operation = $2)
  AND ($3::boolean IS NULL OR has_ended = $3)
  AND ($4::boolean IS NULL OR is_scheduled = $4)
  AND ($5::text IS NULL OR parent = $5)
  AND ($7::timestamptz IS NULL OR queued_at >= $7)
  AND ($8::timestamptz IS NULL OR (queued_at, id COLLATE "C") < ($8, $9))
ORDER BY queued_at DESC, id COLLATE "C" DESC
LIMIT $6;
