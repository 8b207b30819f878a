-- The relations whose rows belong to the database, and what a reader must know of each.
-- $1 text[]: only these schemas (empty: all).  $2 text[]: not these schemas.
-- Runs twice: before the locks, and again under the snapshot; relfilenode is the snapshot's, filenode the present one.
WITH RECURSIVE
captured AS (
    SELECT c.*, n.nspname, e.extname, config.condition
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d
        ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
        AND d.refclassid = 'pg_extension'::regclass
    LEFT JOIN pg_extension e ON e.oid = d.refobjid
    LEFT JOIN LATERAL (
        -- Extension configuration tables: PostgreSQL manual, "Extension Configuration Tables".
        SELECT coalesce(e.extcondition[i], '') AS condition
        FROM generate_subscripts(e.extconfig, 1) i
        WHERE e.extconfig[i] = c.oid
    ) config ON true
    WHERE c.relkind IN ('r', 'p', 'f', 'm')
      AND c.relpersistence <> 't'
      AND n.nspname !~ '^pg_(catalog|toast|temp)' AND n.nspname <> 'information_schema'
      AND (e.oid IS NULL OR config.condition IS NOT NULL)
      AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1))
      AND n.nspname <> ALL ($2::text[])
),
-- Every type that a column's binary form is made of. "embedded": its OID is part of the bytes that are sent.
made_of (root, type, embedded) AS (
    SELECT DISTINCT a.atttypid, a.atttypid, false
    FROM pg_attribute a
    JOIN captured c ON c.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped
  UNION
    SELECT m.root, part.type, part.embedded
    FROM made_of m
    JOIN pg_type t ON t.oid = m.type
    CROSS JOIN LATERAL (
        SELECT t.typbasetype, false WHERE t.typtype = 'd'
        UNION ALL SELECT t.typelem, true WHERE t.typelem <> 0 AND t.typsend = 'array_send'::regproc
        UNION ALL SELECT a.atttypid, true FROM pg_attribute a
            WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT r.rngsubtype, false FROM pg_range r WHERE r.rngtypid = t.oid
        UNION ALL SELECT r.rngtypid, false FROM pg_range r WHERE r.rngmultitypid = t.oid
    ) part (type, embedded)
),
-- Types whose binary form means something else, or nothing, in another database: OIDs that are assigned there anew,
-- reg* (an OID of the catalogs), money (lc_monetary), xml (its declaration is rewritten), types without send or receive,
-- vectors of the catalogs (they refuse their own binary form of an empty one, seen).
unportable AS (
    SELECT DISTINCT m.root AS type
    FROM made_of m
    JOIN pg_type t ON t.oid = m.type
    WHERE (m.embedded AND t.oid >= 10000)
       OR t.typsend = 0 OR t.typreceive = 0
       OR t.oid IN ('money'::regtype, 'xml'::regtype, 'oidvector'::regtype, 'int2vector'::regtype)
       OR (t.typnamespace = 'pg_catalog'::regnamespace AND t.typname ~ '^reg(proc|procedure|oper|operator|class|type|role|namespace|config|dictionary|collation|database)$')
),
-- Hash partitioning on a type that the database defines (an enum hashes by OID) or on an expression: a restored row can
-- belong to another leaf, so rows are loaded through the topmost such parent.
parents (leaf, parent, depth) AS (
    SELECT i.inhrelid, i.inhparent, 1
    FROM captured c
    JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE c.relispartition
  UNION ALL
    SELECT p.leaf, i.inhparent, p.depth + 1
    FROM parents p
    JOIN pg_inherits i ON i.inhrelid = p.parent
),
load_through AS (
    SELECT DISTINCT ON (p.leaf) p.leaf, n.nspname, c.relname
    FROM parents p
    JOIN pg_class c ON c.oid = p.parent
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_partitioned_table pt ON pt.partrelid = p.parent
    WHERE pt.partstrat = 'h'
      AND EXISTS (
          SELECT FROM unnest(pt.partattrs::int2[]) key (attnum)
          LEFT JOIN pg_attribute a ON a.attrelid = p.parent AND a.attnum = key.attnum AND key.attnum > 0
          LEFT JOIN pg_type t ON t.oid = a.atttypid
          WHERE t.oid IS NULL OR coalesce(nullif(t.typbasetype, 0), t.oid) >= 10000
      )
    ORDER BY p.leaf, p.depth DESC
)
SELECT
    c.oid,
    c.nspname AS schema,
    c.relname AS name,
    c.relkind::text AS kind,
    c.relpersistence = 'u' AS unlogged,
    c.relfilenode,
    coalesce(pg_relation_filenode(c.oid), 0) AS filenode,
    coalesce(am.amname = 'heap', false) AS is_heap,
    c.extname AS extension,
    nullif(c.condition, '') AS condition,
    columns.stored,
    columns.generated,
    coalesce(columns.unportable, false) AS needs_text,
    through.nspname AS load_through_schema,
    through.relname AS load_through_name,
    -- Null for what was dropped since the query's own snapshot: the locks will find that out.
    coalesce(has_schema_privilege(c.relnamespace, 'USAGE'), false) AS schema_usable,
    coalesce(has_table_privilege(c.oid, 'SELECT'), false) AS selectable,
    CASE WHEN c.relrowsecurity THEN row_security_active(c.oid) ELSE false END AS rows_hidden
FROM captured c
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN load_through through ON through.leaf = c.oid
CROSS JOIN LATERAL (
    -- Ordinal order of names: the attribute order of inheritance children changes with a restore.
    SELECT coalesce(array_agg(a.attname::text ORDER BY a.attname COLLATE "C") FILTER (WHERE a.attgenerated = ''), '{}') AS stored,
           coalesce(array_agg(a.attname::text ORDER BY a.attname COLLATE "C") FILTER (WHERE a.attgenerated = 's'), '{}') AS generated,
           bool_or(a.atttypid IN (SELECT type FROM unportable)) AS unportable
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) columns
ORDER BY c.nspname COLLATE "C", c.relname COLLATE "C";
