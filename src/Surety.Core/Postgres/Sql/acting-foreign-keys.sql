-- The foreign keys from or to the tables $1 (text[] of qualified names), each once, as its topmost table declares it: the
-- statement that drops it, and those that bring it back as it was, NOT VALID and comment included. An owner cannot disable
-- the triggers behind a key, and a deferred one would still cascade.
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
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS aside,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
       || coalesce(format('; COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass,
                          obj_description(k.oid, 'pg_constraint')), '') AS back
FROM touching
JOIN pg_constraint k ON k.oid = touching.oid
WHERE touching.conparentid = 0;
