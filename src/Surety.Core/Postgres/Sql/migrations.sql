-- What ran and was not taken back, in the order in which it ran.
SELECT id, version, name, file, checksum, state, risk, statements, backup, approved_by, run_by, started_at, finished_at, error
FROM surety.migrations
WHERE state <> 'undone'
ORDER BY id;
