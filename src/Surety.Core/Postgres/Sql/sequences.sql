-- The sequences of the database, those of identity and serial columns and of extensions' configuration included.
-- $1 text[]: only these schemas (empty: all).  $2 text[]: not these schemas.
SELECT c.oid, n.nspname AS schema, c.relname AS name,
       -- Null for what was dropped since the snapshot: reading it will find that out.
       coalesce(has_schema_privilege(c.relnamespace, 'USAGE') AND has_sequence_privilege(c.oid, 'SELECT'), true)
           AS selectable
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d
    ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
    AND d.refclassid = 'pg_extension'::regclass
LEFT JOIN pg_extension e ON e.oid = d.refobjid
WHERE c.relkind = 'S'
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_(catalog|toast|temp)' AND n.nspname <> 'information_schema'
  AND (e.oid IS NULL OR c.oid = ANY (e.extconfig))
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1))
  AND n.nspname <> ALL ($2::text[])
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C";
