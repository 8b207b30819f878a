-- What the session's role may not do that a rewind of the tables $1 and the sequences $2 (text[] of qualified names)
-- needs, a line for people each. Where triggers can be silenced ($3), rows only have to be deleted and inserted; where
-- not, triggers are disabled and foreign keys taken off for a moment, which only owners may.
WITH tables AS (SELECT unnest($1::text[]::regclass[])::oid AS oid),
linked AS (
    SELECT oid FROM tables
  UNION
    SELECT unnest(ARRAY[conrelid, confrelid])
    FROM pg_constraint
    WHERE contype = 'f' AND NOT $3
      AND (conrelid IN (SELECT oid FROM tables) OR confrelid IN (SELECT oid FROM tables))
)
SELECT format('role %I may not delete and insert rows of %s', current_user, oid::regclass)
FROM tables
WHERE NOT (has_table_privilege(oid, 'DELETE') AND has_table_privilege(oid, 'INSERT'))
UNION ALL
SELECT format('role %I does not own %s, and may not set session_replication_role either', current_user, c.oid::regclass)
FROM linked JOIN pg_class c USING (oid)
WHERE NOT $3 AND NOT pg_has_role(c.relowner, 'USAGE')
UNION ALL
SELECT format('role %I does not own sequence %s', current_user, c.oid::regclass)
FROM unnest($2::text[]::regclass[]) s (oid) JOIN pg_class c ON c.oid = s.oid
WHERE NOT pg_has_role(c.relowner, 'USAGE')
UNION ALL
SELECT format('role %I may not create temporary tables in database %I', current_user, current_database())
WHERE EXISTS (SELECT FROM tables) AND NOT has_database_privilege(current_database(), 'TEMPORARY');
