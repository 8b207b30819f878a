-- The first statement that takes a snapshot in the coordinator's transaction: everything is read as of now.
SELECT pg_export_snapshot() AS name,
       pg_current_snapshot()::text AS transactions,
       clock_timestamp() AS taken_at,
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text AS lsn;
