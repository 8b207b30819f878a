-- The sessions that other clients and the server's own workers have in the database $1 (oid), and whether this role may
-- end each (manual, pg_terminate_backend). Autovacuum is left out: it gives way by itself.
SELECT a.pid,
       format('%s (%s)', coalesce(a.usename, a.backend_type), coalesce(nullif(a.application_name, ''), 'no application name'))
           AS client,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
         OR (NOT coalesce(r.rolsuper, true)
             AND (pg_has_role(a.usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))) AS may_be_ended
FROM pg_stat_activity a
LEFT JOIN pg_roles r ON r.oid = a.usesysid
WHERE a.datid = $1 AND a.pid <> pg_backend_pid() AND a.backend_type <> 'autovacuum worker'
ORDER BY a.pid;
