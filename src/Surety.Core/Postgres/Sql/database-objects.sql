-- What somebody has made in this database: an empty database has none of it.
SELECT format('%s %I.%I', CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND n.nspname !~ '^pg_(catalog|toast|temp)' AND n.nspname <> 'information_schema'
UNION ALL
SELECT format('schema %I', nspname) FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(toast|temp)'
UNION ALL
SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE oid >= 16384
UNION ALL
SELECT format('type %s', t.oid::regtype) FROM pg_type t
WHERE t.oid >= 16384 AND t.typtype IN ('d', 'e', 'r') AND NOT EXISTS (SELECT FROM pg_class c WHERE c.reltype = t.oid)
UNION ALL
SELECT format('extension %I', extname) FROM pg_extension WHERE oid >= 16384
UNION ALL
SELECT format('large object %s', oid) FROM pg_largeobject_metadata
LIMIT 5;
