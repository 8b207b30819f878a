-- Databases under the working name of an operation, or the name of a copy that it made, that nobody works on: it was killed. A
-- running one is in between its sessions there at times; the session that it has all the time names the database. Whose
-- sessions this role cannot see, their databases are left out.
SELECT d.datname::text, split_part(d.datname, '_', 2) AS operation
FROM pg_database d
WHERE d.datname ~ '^surety_(restore|rollback|drill|export|rehearse)_[0-9a-f]{8}$'
  AND pg_has_role(d.datdba, 'USAGE')
  AND NOT EXISTS (
      SELECT FROM pg_stat_activity a
      WHERE a.datid = d.oid
         OR a.application_name = format('surety %s %s', split_part(d.datname, '_', 2), d.datname)
  )
ORDER BY 1;
