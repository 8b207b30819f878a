-- What would be in the way of dropping the objects $1 (oid[] of classes) and $2 (oid[] of objects), and would not go with
-- them, or would go with them though it is not among them. A part of a table (a key, a trigger, a policy) is told by that
-- table. Each row: a line for people.
WITH RECURSIVE wanted (classid, objid) AS (
    SELECT * FROM unnest($1::oid[], $2::oid[])
),
gone (classid, objid, kind) AS (
    SELECT classid, objid, 'n'::"char" FROM wanted
  UNION
    SELECT d.classid, d.objid, d.deptype
    FROM gone g
    JOIN pg_depend d ON d.refclassid = g.classid AND d.refobjid = g.objid AND d.deptype IN ('a', 'i', 'e', 'P', 'S')
    WHERE NOT (d.classid = g.classid AND d.objid = g.objid)
),
dependent AS (
    SELECT DISTINCT d.classid, d.objid
    FROM gone g
    JOIN pg_depend d ON d.refclassid = g.classid AND d.refobjid = g.objid
    WHERE (d.classid, d.objid) NOT IN (SELECT classid, objid FROM gone)
),
part_of AS (
    SELECT d.classid, d.objid,
           CASE d.classid
               WHEN 'pg_constraint'::regclass THEN (SELECT conrelid FROM pg_constraint WHERE oid = d.objid)
               WHEN 'pg_trigger'::regclass THEN (SELECT tgrelid FROM pg_trigger WHERE oid = d.objid)
               WHEN 'pg_rewrite'::regclass THEN (SELECT ev_class FROM pg_rewrite WHERE oid = d.objid)
               WHEN 'pg_policy'::regclass THEN (SELECT polrelid FROM pg_policy WHERE oid = d.objid)
               WHEN 'pg_attrdef'::regclass THEN (SELECT adrelid FROM pg_attrdef WHERE oid = d.objid)
               WHEN 'pg_class'::regclass THEN (SELECT indrelid FROM pg_index WHERE indexrelid = d.objid)
           END AS relation
    FROM dependent d
)
-- A view is known by its name, not by its rule.
SELECT CASE WHEN p.classid = 'pg_rewrite'::regclass THEN pg_describe_object('pg_class'::regclass, p.relation, 0)
            ELSE pg_describe_object(p.classid, p.objid, 0) END
FROM part_of p
WHERE p.relation IS NULL
   OR NOT EXISTS (SELECT FROM gone g WHERE g.classid = 'pg_class'::regclass AND g.objid = p.relation)
UNION
-- Partitions and owned sequences in other schemas: they would go without a word.
SELECT pg_describe_object(g.classid, g.objid, 0)
FROM gone g
JOIN pg_class c ON g.classid = 'pg_class'::regclass AND c.oid = g.objid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
WHERE g.kind = 'a' AND (g.classid, g.objid) NOT IN (SELECT classid, objid FROM wanted)
UNION
SELECT format('%s of %s', pg_describe_object(g.classid, g.objid, 0), pg_get_userbyid(a.defaclrole))
FROM gone g
JOIN pg_default_acl a ON g.classid = 'pg_default_acl'::regclass AND a.oid = g.objid
WHERE NOT pg_has_role(a.defaclrole, 'USAGE')
ORDER BY 1;
