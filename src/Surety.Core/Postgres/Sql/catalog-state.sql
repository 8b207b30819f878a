-- Everything in the catalog that a migration can make, change or drop, one row an object: what it is called, what it is part
-- of, and what is said of it, as far as a person would call it another thing if that changed. Members of extensions are the
-- extension's. Cheap enough to be asked after every statement.
WITH places AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), members AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relations AS (
    SELECT c.*, format('%I.%I', p.nspname, c.relname) AS name
    FROM pg_class c JOIN places p ON p.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
)
SELECT 'schema' AS kind, 'pg_namespace'::regclass::oid AS class, n.oid AS object, 0 AS sub, 0::oid AS parent, format('%I', n.nspname) AS name,
    jsonb_build_object('owner', n.nspowner::regrole, 'grants', n.nspacl::text)::text AS definition, 0::oid AS file
FROM pg_namespace n JOIN places p USING (oid)
WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
UNION ALL
SELECT CASE c.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END,
    'pg_class'::regclass, c.oid, 0,
    coalesce(i.indrelid, (SELECT d.refobjid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_class'::regclass AND c.relkind = 'S' AND d.deptype IN ('a', 'i')), 0),
    c.name,
    jsonb_build_object('owner', c.relowner::regrole, 'grants', c.relacl::text, 'options', c.reloptions::text,
        'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END, 'tablespace', c.reltablespace,
        'row security', c.relrowsecurity, 'forced row security', c.relforcerowsecurity, 'partition', pg_get_expr(c.relpartbound, c.oid),
        'replica identity', c.relreplident, 'valid', i.indisvalid, 'unique', i.indisunique,
        'query', (SELECT md5(r.ev_action::text) FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename = '_RETURN'))::text,
    CASE WHEN c.relkind IN ('r', 'm', 'i') THEN c.relfilenode ELSE 0 END
FROM relations c LEFT JOIN pg_index i ON i.indexrelid = c.oid
UNION ALL
SELECT 'column', 'pg_class'::regclass, a.attrelid, a.attnum, a.attrelid, format('%s.%I', c.name, a.attname),
    jsonb_build_object('type', format_type(a.atttypid, a.atttypmod), 'not null', a.attnotnull, 'default', md5(pg_get_expr(d.adbin, d.adrelid)),
        'identity', a.attidentity, 'generated', a.attgenerated, 'collation', a.attcollation, 'grants', a.attacl::text)::text, 0
FROM relations c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT CASE o.contype WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint'
        WHEN 'c' THEN 'check constraint' WHEN 'n' THEN 'not-null constraint' ELSE 'constraint' END,
    'pg_constraint'::regclass, o.oid, 0, CASE WHEN o.conrelid <> 0 THEN o.conrelid ELSE o.contypid END,
    format('%I on %s', o.conname, coalesce(c.name, o.contypid::regtype::text)),
    jsonb_build_object('validated', o.convalidated, 'deferrable', o.condeferrable, 'deferred', o.condeferred, 'columns', o.conkey::text,
        'expression', md5(pg_get_expr(o.conbin, o.conrelid)), 'on delete', o.confdeltype, 'on update', o.confupdtype)::text, 0
FROM pg_constraint o JOIN places p ON p.oid = o.connamespace LEFT JOIN relations c ON c.oid = o.conrelid
WHERE o.contype <> 't' AND (o.conrelid = 0 OR c.oid IS NOT NULL)
UNION ALL
SELECT 'trigger', 'pg_trigger'::regclass, t.oid, 0, t.tgrelid, format('%I on %s', t.tgname, c.name),
    jsonb_build_object('enabled', t.tgenabled, 'function', t.tgfoid, 'when', md5(t.tgqual::text), 'events', t.tgtype)::text, 0
FROM pg_trigger t JOIN relations c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule', 'pg_rewrite'::regclass, r.oid, 0, r.ev_class, format('%I on %s', r.rulename, c.name),
    jsonb_build_object('enabled', r.ev_enabled, 'action', md5(r.ev_action::text))::text, 0
FROM pg_rewrite r JOIN relations c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', 'pg_policy'::regclass, y.oid, 0, y.polrelid, format('%I on %s', y.polname, c.name),
    jsonb_build_object('command', y.polcmd, 'permissive', y.polpermissive, 'roles', y.polroles::text,
        'using', md5(y.polqual::text), 'check', md5(y.polwithcheck::text))::text, 0
FROM pg_policy y JOIN relations c ON c.oid = y.polrelid
UNION ALL
SELECT 'statistics', 'pg_statistic_ext'::regclass, s.oid, 0, s.stxrelid, format('%I.%I', p.nspname, s.stxname), '{}', 0
FROM pg_statistic_ext s JOIN places p ON p.oid = s.stxnamespace
UNION ALL
SELECT CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, 'pg_proc'::regclass, f.oid, 0, 0,
    format('%I.%I(%s)', p.nspname, f.proname, pg_get_function_identity_arguments(f.oid)),
    jsonb_build_object('owner', f.proowner::regrole, 'grants', f.proacl::text, 'body', md5(concat(f.prosrc, f.prosqlbody::text)), 'settings', f.proconfig::text,
        'security definer', f.prosecdef, 'volatility', f.provolatile, 'result', f.prorettype)::text, 0
FROM pg_proc f JOIN places p ON p.oid = f.pronamespace
WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_proc'::regclass AND m.objid = f.oid)
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, 'pg_type'::regclass, t.oid, 0, 0, format('%I.%I', p.nspname, t.typname),
    jsonb_build_object('owner', t.typowner::regrole, 'grants', t.typacl::text, 'not null', t.typnotnull, 'default', t.typdefault)::text, 0
FROM pg_type t JOIN places p ON p.oid = t.typnamespace
WHERE t.typrelid = 0 AND t.typtype IN ('b', 'd', 'e', 'r') AND t.typcategory <> 'A'
  AND NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL
SELECT 'enum label', 'pg_enum'::regclass, e.oid, 0, e.enumtypid, format('%L of %I.%I', e.enumlabel, p.nspname, t.typname), '{}', 0
FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN places p ON p.oid = t.typnamespace
UNION ALL
SELECT 'extension', 'pg_extension'::regclass, x.oid, 0, 0, format('%I', x.extname), jsonb_build_object('version', x.extversion)::text, 0
FROM pg_extension x
UNION ALL
SELECT 'event trigger', 'pg_event_trigger'::regclass, e.oid, 0, 0, format('%I', e.evtname),
    jsonb_build_object('enabled', e.evtenabled, 'function', e.evtfoid)::text, 0
FROM pg_event_trigger e
UNION ALL
SELECT 'publication', 'pg_publication'::regclass, b.oid, 0, 0, format('%I', b.pubname), '{}', 0 FROM pg_publication b;
