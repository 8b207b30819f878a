-- The checks of the tables $1 (text[] of qualified names) that are NOT VALID: rows that were there before may break them,
-- and could not be put back. The statement that drops each, and those that bring it back as it was, comment included. A
-- check that a table inherits is that of the topmost ancestor which has it (manual section 5.10).
WITH RECURSIVE unproven AS (
    SELECT k.oid, k.conrelid, k.conname, k.coninhcount
    FROM pg_constraint k
    WHERE k.contype = 'c' AND NOT k.convalidated AND k.conrelid = ANY ($1::text[]::regclass[])
  UNION
    SELECT parent.oid, parent.conrelid, parent.conname, parent.coninhcount
    FROM unproven
    JOIN pg_inherits i ON i.inhrelid = unproven.conrelid
    JOIN pg_constraint parent ON parent.conrelid = i.inhparent AND parent.conname = unproven.conname
                             AND parent.contype = 'c'
    WHERE unproven.coninhcount > 0
)
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS aside,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
       || coalesce(format('; COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass,
                          obj_description(k.oid, 'pg_constraint')), '') AS back
FROM unproven
JOIN pg_constraint k ON k.oid = unproven.oid
WHERE k.coninhcount = 0;
