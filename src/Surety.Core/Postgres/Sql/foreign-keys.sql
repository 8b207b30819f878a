-- Foreign keys from or to the tables $1 (text[] of qualified names), each with the query that finds a row that refers to
-- nothing. MATCH SIMPLE: a row with a NULL in its key refers to nothing on purpose.
SELECT format('%I on %s', k.conname, k.conrelid::regclass) AS name,
       format('SELECT 1 FROM %s r WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s) LIMIT 1',
              k.conrelid::regclass, columns.given, k.confrelid::regclass, columns.equal) AS orphans
FROM pg_constraint k
CROSS JOIN LATERAL (
    SELECT string_agg(format('r.%I IS NOT NULL', a.attname), ' AND ') AS given,
           string_agg(format('p.%I OPERATOR(%I.%s) r.%I', b.attname, n.nspname, o.oprname, a.attname), ' AND ') AS equal
    FROM unnest(k.conkey, k.confkey, k.conpfeqop) key (referring, referred, operator)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.referring
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = key.referred
    JOIN pg_operator o ON o.oid = key.operator
    JOIN pg_namespace n ON n.oid = o.oprnamespace
) columns
WHERE k.contype = 'f' AND k.convalidated AND k.conparentid = 0
  AND (k.conrelid = ANY ($1::text[]::regclass[]) OR k.confrelid = ANY ($1::text[]::regclass[]));
