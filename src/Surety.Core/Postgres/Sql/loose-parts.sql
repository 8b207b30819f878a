-- Statements that take from the tables $1 (oid[]) what ties them to each other and to functions, since without CASCADE
-- nothing in a circle can be dropped: foreign keys always; defaults, checks, policies and rules only where that is not
-- enough.
SELECT stage, format('ALTER TABLE %s %s', relation::regclass, part) AS sql
FROM (
    SELECT CASE contype WHEN 'f' THEN 1 ELSE 2 END AS stage, conrelid AS relation, format('DROP CONSTRAINT %I', conname) AS part
    FROM pg_constraint
    WHERE contype IN ('f', 'c') AND conparentid = 0 AND coninhcount = 0
  UNION ALL
    SELECT 2, adrelid, format('ALTER COLUMN %I DROP DEFAULT', a.attname)
    FROM pg_attrdef d
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated = ''
) parts
WHERE relation = ANY ($1::oid[])
UNION ALL
SELECT 2, format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy WHERE polrelid = ANY ($1::oid[])
UNION ALL
SELECT 2, format('DROP RULE %I ON %s', rulename, ev_class::regclass)
FROM pg_rewrite WHERE rulename <> '_RETURN' AND ev_class = ANY ($1::oid[])
ORDER BY 1, 2;
