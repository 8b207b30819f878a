-- The table of what ran: one row for each run of a migration, never deleted. Everybody may read it.
CREATE SCHEMA IF NOT EXISTS surety;
CREATE TABLE IF NOT EXISTS surety.migrations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version text,
    name text NOT NULL,
    file text NOT NULL,
    checksum text NOT NULL,
    state text NOT NULL CHECK (state IN ('started', 'done', 'baseline', 'undone')),
    risk text NOT NULL,
    statements integer NOT NULL DEFAULT 0,
    backup text,
    approved_by text,
    run_by text NOT NULL DEFAULT session_user,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    undone_at timestamptz,
    error text
);
-- Two runs at once cannot both record a version, whatever became of the lock between them.
CREATE UNIQUE INDEX IF NOT EXISTS migrations_version ON surety.migrations (version) WHERE state <> 'undone';
COMMENT ON TABLE surety.migrations IS 'What surety migrate ran. A version is null where the file runs again whenever it changed; state started without an end was interrupted.';
GRANT USAGE ON SCHEMA surety TO PUBLIC;
GRANT SELECT ON surety.migrations TO PUBLIC;
