-- Foreign keys from or to the tables $1 (text[] of qualified names), each with the query that finds a row that refers to
-- nothing. A key of a partition is part of its parent's, and only the parent's can be looked at: what a partition refers
-- to may be in any partition of the other table. MATCH SIMPLE: a row with a NULL in its key refers to nothing on purpose.
WITH RECURSIVE touching AS (
    SELECT oid, conparentid
    FROM pg_constraint
    WHERE contype = 'f'
      AND (conrelid = ANY ($1::text[]::regclass[]) OR confrelid = ANY ($1::text[]::regclass[]))
  UNION
    SELECT parent.oid, parent.conparentid
    FROM touching
    JOIN pg_constraint parent ON parent.oid = touching.conparentid
)
SELECT format('%I on %s', k.conname, k.conrelid::regclass) AS name,
       format('SELECT 1 FROM %s r WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s) LIMIT 1',
              referring.rows, columns.given, referred.rows, columns.equal) AS orphans
FROM touching
JOIN pg_constraint k ON k.oid = touching.oid
-- A key of a table with inheriting children speaks of its own rows only (manual section 5.10.1, "Caveats").
CROSS JOIN LATERAL (
    SELECT format('%s%s', CASE relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, oid::regclass) AS rows
    FROM pg_class WHERE oid = k.conrelid
) referring
CROSS JOIN LATERAL (
    SELECT format('%s%s', CASE relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, oid::regclass) AS rows
    FROM pg_class WHERE oid = k.confrelid
) referred
CROSS JOIN LATERAL (
    SELECT string_agg(format('r.%I IS NOT NULL', a.attname), ' AND ') AS given,
           string_agg(format('p.%I OPERATOR(%I.%s) r.%I', b.attname, n.nspname, o.oprname, a.attname), ' AND ') AS equal
    FROM unnest(k.conkey, k.confkey, k.conpfeqop) key (referring, referred, operator)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.referring
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = key.referred
    JOIN pg_operator o ON o.oid = key.operator
    JOIN pg_namespace n ON n.oid = o.oprnamespace
) columns
WHERE touching.conparentid = 0 AND k.convalidated
ORDER BY 1;
