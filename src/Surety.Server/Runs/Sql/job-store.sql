-- What servers that share a job store keep beside Quartz's tables. Documents are text as the command line printed it: jsonb
-- would change the order of its members. Run by every server when it starts; the lock is for two that start at once.
BEGIN;
SELECT pg_advisory_xact_lock(hashtext('surety_server'));
CREATE SCHEMA IF NOT EXISTS surety_server;
CREATE TABLE IF NOT EXISTS surety_server.runs (
    id text PRIMARY KEY,
    database text,
    operation text NOT NULL,
    parent text,
    is_scheduled boolean NOT NULL,
    idempotency_key text UNIQUE,
    lane text,
    state text NOT NULL,
    has_ended boolean NOT NULL,
    queued_at timestamptz NOT NULL,
    finished_at timestamptz,
    document text NOT NULL,
    result text,
    progress text
);
ALTER TABLE surety_server.runs ADD COLUMN IF NOT EXISTS result text;
-- Beside the document, which is not written twice a second for it.
ALTER TABLE surety_server.runs ADD COLUMN IF NOT EXISTS progress text;
-- No two runs of one database overlap, whatever servers believe of each other.
CREATE UNIQUE INDEX IF NOT EXISTS runs_one_running_in_a_lane ON surety_server.runs (lane) WHERE state = 'Running';
CREATE INDEX IF NOT EXISTS runs_of_a_database ON surety_server.runs (database, queued_at DESC);
CREATE INDEX IF NOT EXISTS runs_of_an_operation ON surety_server.runs (database, operation, queued_at DESC);
CREATE INDEX IF NOT EXISTS runs_by_time ON surety_server.runs (queued_at DESC);
CREATE INDEX IF NOT EXISTS runs_under_way ON surety_server.runs (queued_at) WHERE NOT has_ended;
CREATE TABLE IF NOT EXISTS surety_server.memories (
    name text PRIMARY KEY,
    document text NOT NULL
);
CREATE TABLE IF NOT EXISTS surety_server.session_keys (
    name text PRIMARY KEY,
    xml text NOT NULL
);
CREATE TABLE IF NOT EXISTS surety_server.ended_sessions (
    id text PRIMARY KEY,
    over_at timestamptz NOT NULL
);
COMMIT;
