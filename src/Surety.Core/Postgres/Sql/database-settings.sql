-- ALTER DATABASE ... SET and ALTER ROLE ... IN DATABASE ... SET.
SELECT r.rolname AS role,
       split_part(setting, '=', 1) AS name,
       substr(setting, strpos(setting, '=') + 1) AS value
FROM pg_db_role_setting s
JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
LEFT JOIN pg_roles r ON r.oid = s.setrole
CROSS JOIN unnest(s.setconfig) setting
ORDER BY r.rolname COLLATE "C" NULLS FIRST, setting COLLATE "C";
