-- The sequences that columns of the tables $1 (text[] of qualified names) own: those of serial and identity columns.
SELECT DISTINCT n.nspname::text AS schema, c.relname::text AS name
FROM pg_depend d
JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
  AND d.deptype IN ('a', 'i') AND d.refobjid = ANY ($1::text[]::regclass[]);
