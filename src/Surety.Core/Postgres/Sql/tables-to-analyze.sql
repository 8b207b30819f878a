-- Everything that ANALYZE without names would take, but for parents of foreign tables: it would ask the other server.
WITH RECURSIVE parents_of_foreign (oid) AS (
    SELECT i.inhparent FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'f'
  UNION
    SELECT i.inhparent FROM pg_inherits i JOIN parents_of_foreign p ON p.oid = i.inhrelid
)
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
  AND c.oid NOT IN (SELECT oid FROM parents_of_foreign)
ORDER BY c.oid;
