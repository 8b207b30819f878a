-- Definitions that a role without superuser cannot read: pg_dump leaves them out, or leaves out their secrets.
SELECT 'subscription' AS kind, s.subname::text AS name, 'only a superuser can dump subscriptions' AS reason
FROM pg_subscription s
JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
UNION ALL
SELECT 'user mapping', format('%s on %s', m.usename, m.srvname), 'its options are hidden from this role'
FROM pg_user_mappings m
JOIN pg_foreign_server f ON f.oid = m.srvid
WHERE m.umoptions IS NULL
  AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
  AND NOT pg_has_role(f.srvowner, 'USAGE')
ORDER BY 1, 2;
