-- What statements name: what each object is, how large, how many rows the statistics say, and who depends on it directly.
-- A name without a schema is looked for along the search path. All of it comes from the catalog; for exact sizes the server
-- holds ACCESS SHARE on a relation while it looks at its files.
-- $1 text[] sorts (relation, type, routine, schema), $2 text[] schemas ('' for none), $3 text[] names, $4 text[] the search
-- path, $5 boolean exact sizes, else those of the last VACUUM or ANALYZE, $6 int how many dependents to name.
WITH RECURSIVE named AS (
    SELECT number, sort, schema, name::name
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS n (sort, schema, name, number)
),
candidate AS (
    SELECT n.number, n.schema, 'pg_class'::regclass::oid AS classid, c.oid AS objid, c.relnamespace AS namespace
    FROM named n JOIN pg_class c ON n.sort = 'relation' AND c.relname = n.name
  UNION ALL
    SELECT n.number, n.schema, 'pg_type'::regclass, t.oid, t.typnamespace
    FROM named n JOIN pg_type t ON n.sort = 'type' AND t.typname = n.name
  UNION ALL
    SELECT n.number, n.schema, 'pg_proc'::regclass, p.oid, p.pronamespace
    FROM named n JOIN pg_proc p ON n.sort = 'routine' AND p.proname = n.name
  UNION ALL
    SELECT n.number, s.nspname, 'pg_namespace'::regclass, s.oid, s.oid
    FROM named n JOIN pg_namespace s ON n.sort = 'schema' AND s.nspname = n.name
),
placed AS (
    -- All routines of a name in the first schema that has one: which of them is meant, their arguments would say.
    SELECT c.*, rank() OVER (PARTITION BY c.number ORDER BY array_position($4::text[], s.nspname::text)) AS place
    FROM candidate c JOIN pg_namespace s ON s.oid = c.namespace
    WHERE s.nspname = c.schema OR (c.schema = '' AND s.nspname = ANY ($4::text[]))
),
object AS (
    SELECT number, classid, objid FROM placed WHERE place = 1
),
-- A partitioned table is as large as its partitions.
part AS (
    SELECT number, objid AS relid FROM object WHERE classid = 'pg_class'::regclass
  UNION ALL
    SELECT p.number, h.inhrelid
    FROM part p
    JOIN pg_class c ON c.oid = p.relid AND c.relkind IN ('p', 'I')
    JOIN pg_inherits h ON h.inhparent = p.relid
),
size AS (
    SELECT p.number,
           sum(CASE WHEN $5 THEN pg_total_relation_size(c.oid)
                    ELSE current_setting('block_size')::bigint * (
                        SELECT sum(f.relpages)
                        FROM pg_class f
                        LEFT JOIN pg_index i ON i.indexrelid = f.oid
                        WHERE f.oid IN (c.oid, c.reltoastrelid) OR i.indrelid = c.oid) END)::bigint AS bytes,
           CASE WHEN min(c.reltuples) FILTER (WHERE c.relkind IN ('r', 'm')) >= 0
                THEN sum(c.reltuples) FILTER (WHERE c.relkind IN ('r', 'm')) END::bigint AS rows
    FROM part p
    JOIN pg_class c ON c.oid = p.relid AND c.relkind IN ('r', 'm', 'p', 'i', 'I', 'S', 't')
    GROUP BY p.number
),
-- Who uses the rows of a table as a type depends on that type, and who uses an array of a type on the array.
referred AS (
    SELECT classid, objid, objid AS self FROM object
  UNION
    SELECT 'pg_type'::regclass, t.oid, o.objid
    FROM object o JOIN pg_type t ON o.classid = 'pg_class'::regclass AND t.typrelid = o.objid
  UNION
    SELECT 'pg_type'::regclass, t.typarray, o.objid
    FROM object o JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid AND t.typarray <> 0
),
dependent AS (
    -- A view is known by its name, not by its rule.
    SELECT DISTINCT r.self, k.contype = 'f' AS foreign_key,
           CASE WHEN w.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END AS classid,
           coalesce(w.ev_class, d.objid) AS objid,
           CASE WHEN w.oid IS NULL THEN d.objsubid ELSE 0 END AS objsubid
    FROM referred r
    JOIN pg_depend d ON d.refclassid = r.classid AND d.refobjid = r.objid AND d.deptype IN ('n', 'a')
    LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
    LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    LEFT JOIN pg_attrdef v ON d.classid = 'pg_attrdef'::regclass AND v.oid = d.objid
    LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
    LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
    LEFT JOIN pg_statistic_ext s ON d.classid = 'pg_statistic_ext'::regclass AND s.oid = d.objid
    LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
    -- Its own parts go with it, and are nobody else.
    WHERE coalesce(w.ev_class, nullif(k.conrelid, 0), k.contypid, v.adrelid, i.indrelid, p.polrelid, s.stxrelid, d.objid)
          <> r.self
      AND NOT coalesce(t.tgisinternal, false)
      -- What a partition has from its parent is told by the parent.
      AND coalesce(k.conparentid, 0) = 0
),
label AS (
    SELECT d.self, CASE WHEN d.foreign_key THEN 'foreign key' ELSE i.type END || ' ' || i.identity AS text
    FROM dependent d, pg_identify_object(d.classid, d.objid, d.objsubid) i
)
SELECT o.number::int, i.type, i.identity, s.bytes, s.rows,
       (SELECT count(*)::int FROM label l WHERE l.self = o.objid),
       ARRAY(SELECT l.text FROM label l WHERE l.self = o.objid ORDER BY l.text LIMIT $6)
FROM object o
CROSS JOIN pg_identify_object(o.classid, o.objid, 0) i
LEFT JOIN size s ON s.number = o.number
ORDER BY o.number, i.identity;
