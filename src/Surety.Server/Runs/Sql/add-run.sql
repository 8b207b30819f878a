INSERT INTO surety_server.runs (id, database, operation, parent, is_scheduled, idempotency_key, lane, state, has_ended,
    queued_at, finished_at, document, result, progress)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (idempotency_key) DO NOTHING;
