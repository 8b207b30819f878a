-- The columns of some tables that an export writes, in the order of the tables' definitions: a load computes the generated
-- ones itself.  $1 text[]: schemas, $2 text[]: names, together the tables.
WITH RECURSIVE wanted AS (
    SELECT n.nspname, c.relname, a.attname, a.attnum, a.atttypid, a.atttypmod
    FROM unnest($1::text[], $2::text[]) w (schema, name)
    JOIN pg_namespace n ON n.nspname = w.schema
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
    JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
),
-- A domain is exported as what it is made of.
base (type, made_of) AS (
    SELECT DISTINCT atttypid, atttypid FROM wanted
  UNION ALL
    SELECT b.type, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.made_of WHERE t.typtype = 'd'
)
SELECT w.nspname::text, w.relname::text, w.attname::text, format_type(w.atttypid, w.atttypmod), b.made_of
FROM wanted w
JOIN base b ON b.type = w.atttypid
JOIN pg_type t ON t.oid = b.made_of AND t.typtype <> 'd'
ORDER BY w.nspname, w.relname, w.attnum;
