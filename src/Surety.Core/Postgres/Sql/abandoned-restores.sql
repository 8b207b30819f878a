-- Databases under the working name of a restore that nobody works on: it was killed. A running one is in between its
-- sessions there at times; the session that it has all the time names the database. Whose sessions this role cannot see,
-- their databases are left out.
SELECT d.datname::text
FROM pg_database d
WHERE d.datname ~ '^surety_restore_[0-9a-f]{8}$'
  AND pg_has_role(d.datdba, 'USAGE')
  AND NOT EXISTS (
      SELECT FROM pg_stat_activity a
      WHERE a.datid = d.oid OR a.application_name = 'surety restore ' || d.datname
  )
ORDER BY 1;
