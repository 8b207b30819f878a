-- What would delay a backup of this database now. Each row: kind and a line for people.
-- Without pg_read_all_stats the role sees of other roles' sessions only that they exist.
SELECT 'lock' AS kind,
       format('pid %s (%s, %s) holds an exclusive lock on %s', a.pid, coalesce(a.usename, '?'),
              coalesce(nullif(a.application_name, ''), 'no application name'), string_agg(l.relation::regclass::text, ', '))
           AS line
FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p')
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.mode = 'AccessExclusiveLock' AND l.granted AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
GROUP BY a.pid, a.usename, a.application_name
UNION ALL
-- A serializable transaction that may write: a safe snapshot waits for it (manual, SET TRANSACTION, DEFERRABLE).
SELECT 'serializable',
       format('pid %s (%s, %s) is in a serializable transaction since %s', a.pid, coalesce(a.usename, '?'),
              coalesce(nullif(a.application_name, ''), 'no application name'), date_trunc('second', a.xact_start))
FROM pg_stat_activity a
WHERE a.pid <> pg_backend_pid() AND a.xact_start < now() - interval '5 seconds'
  AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.mode = 'SIReadLock')
UNION ALL
SELECT 'long',
       format('pid %s (%s, %s) is in a transaction since %s, now %s', a.pid, coalesce(a.usename, '?'),
              coalesce(nullif(a.application_name, ''), 'no application name'), date_trunc('second', a.xact_start), a.state)
FROM pg_stat_activity a
WHERE a.pid <> pg_backend_pid() AND a.datname = current_database() AND a.backend_type = 'client backend'
  AND a.xact_start < now() - interval '5 minutes'
UNION ALL
SELECT 'prepared', format('transaction "%s" of %s is prepared since %s', p.gid, p.owner, date_trunc('second', p.prepared))
FROM pg_prepared_xacts p
WHERE p.database = current_database()
ORDER BY 1, 2;
