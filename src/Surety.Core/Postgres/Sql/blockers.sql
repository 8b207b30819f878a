-- Who keeps the backend $1 waiting: for a lock, or for a safe snapshot (serializable transactions that write).
SELECT format('pid %s (%s, %s): %s', a.pid, coalesce(a.usename, '?'), coalesce(nullif(a.application_name, ''), 'no application name'),
              coalesce(nullif(left(regexp_replace(a.query, '\s+', ' ', 'g'), 60), ''), a.state, '?')) AS blocker
FROM pg_stat_activity a
WHERE a.pid = ANY (pg_blocking_pids($1) || pg_safe_snapshot_blocking_pids($1))
ORDER BY a.pid;
