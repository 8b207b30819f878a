-- The materialized views that have rows, each after those that it reads, through other views too, and whether the session's
-- role may refresh it. Their age does not tell the order: a plain view between two may have been replaced since.
WITH RECURSIVE steps (oid, depth) AS (
    SELECT oid, 0 FROM pg_class WHERE relkind = 'm'
  UNION
    SELECT r.ev_class, depth + 1
    FROM steps
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = steps.oid
                    AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> steps.oid
    -- Views can be replaced so that they read each other; no query that works is nested deeper.
    WHERE depth < 100
)
SELECT c.oid::regclass::text, pg_has_role(c.relowner, 'USAGE')
FROM steps JOIN pg_class c USING (oid)
WHERE c.relkind = 'm' AND c.relispopulated
GROUP BY c.oid, c.relowner
ORDER BY max(depth), c.oid;
