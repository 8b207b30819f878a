-- What can be done to a database, one statement a row, by kind. Some are refused where they are tried: by what depends on
-- a column, or since what they name is gone by then.
WITH schemas AS (
    SELECT oid, quote_ident(nspname) AS name FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
relations AS (
    SELECT c.oid, c.relkind, s.name AS schema, c.relname, format('%s.%I', s.name, c.relname) AS name
    FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
),
tables AS (SELECT * FROM relations WHERE relkind IN ('r', 'p')),
columns AS (
    SELECT t.name AS of, quote_ident(a.attname) AS name, a.atttypid AS type
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
),
sequences AS (SELECT r.name, s.* FROM pg_sequence s JOIN relations r ON r.oid = s.seqrelid),
enums AS (
    SELECT format('%s.%I', s.name, t.typname) AS name, e.enumlabel AS label
    FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
),
triggers AS (
    SELECT quote_ident(g.tgname) AS name, t.name AS of FROM pg_trigger g JOIN tables t ON t.oid = g.tgrelid
    WHERE NOT g.tgisinternal
),
statements (kind, statement) AS (
    SELECT 'truncate', format('TRUNCATE %s CASCADE', name) FROM tables
    UNION ALL SELECT 'sequence', format('SELECT setval(%L, %s)', name, seqmax) FROM sequences
    UNION ALL SELECT 'sequence', format('SELECT setval(%L, %s, false)', name, seqmin) FROM sequences
    UNION ALL SELECT 'sequence', format('SELECT nextval(%L)', name) FROM sequences

    UNION ALL SELECT 'schema: drop column', format('ALTER TABLE %s DROP COLUMN %s CASCADE', of, name) FROM columns
    UNION ALL SELECT 'schema: add column', format('ALTER TABLE %s ADD COLUMN novelty int NOT NULL DEFAULT 7', name) FROM tables
    UNION ALL SELECT 'schema: change type',
        format('ALTER TABLE %1$s ALTER COLUMN %2$s DROP DEFAULT, ALTER COLUMN %2$s TYPE text USING %2$s::text', of, name)
        FROM columns WHERE type <> 'text'::regtype
    UNION ALL SELECT 'schema: change type', format('ALTER TABLE %s ALTER COLUMN %s TYPE bigint', of, name)
        FROM columns WHERE type = 'integer'::regtype
    UNION ALL SELECT 'schema: drop table', format('DROP TABLE %s CASCADE', name) FROM tables
    UNION ALL SELECT 'schema: create table', format('CREATE TABLE %s.novelty AS TABLE %s', schema, name) FROM tables
    UNION ALL SELECT 'schema: create table', format('CREATE TABLE %s.heir (extra int) INHERITS (%s)', schema, name) FROM tables
    UNION ALL SELECT 'schema: rename', format('ALTER TABLE %s RENAME TO renamed', name) FROM tables
    UNION ALL SELECT 'schema: rename', format('ALTER TABLE %s RENAME COLUMN %s TO renamed', of, name) FROM columns
    UNION ALL SELECT 'schema: rename', format('ALTER SCHEMA %s RENAME TO renamed', name) FROM schemas
    UNION ALL SELECT 'schema: move', format('CREATE SCHEMA elsewhere; ALTER TABLE %s SET SCHEMA elsewhere', name) FROM tables
    UNION ALL SELECT 'schema: enum', format('ALTER TYPE %s ADD VALUE ''novelty'' BEFORE %L', name, label) FROM enums
    UNION ALL SELECT 'schema: enum', format('ALTER TYPE %s RENAME VALUE %L TO ''renamed''', name, label) FROM enums
    UNION ALL SELECT 'schema: policy', format('CREATE POLICY novelty ON %s USING (true)', name) FROM tables
    UNION ALL SELECT 'schema: policy', format('DROP POLICY %I ON %s', p.polname, t.name)
        FROM pg_policy p JOIN tables t ON t.oid = p.polrelid
    UNION ALL SELECT 'schema: policy', format('ALTER TABLE %s %s ROW LEVEL SECURITY', t.name, change)
        FROM tables t, unnest(ARRAY['ENABLE', 'DISABLE', 'FORCE', 'NO FORCE']) change
    UNION ALL SELECT 'schema: grant', format('GRANT SELECT ON %s TO PUBLIC', name) FROM tables
    UNION ALL SELECT 'schema: grant', format('GRANT UPDATE (%s) ON %s TO pg_monitor', name, of) FROM columns
    UNION ALL SELECT 'schema: grant', format('REVOKE ALL ON %s FROM CURRENT_USER', name) FROM tables
    UNION ALL SELECT 'schema: grant', format('ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT ALL ON TABLES TO pg_monitor', name)
        FROM schemas
    UNION ALL SELECT 'schema: owner', format('ALTER TABLE %s OWNER TO pg_monitor', name) FROM tables
    UNION ALL SELECT 'schema: view', format('CREATE VIEW %s.catalogue AS TABLE %s', schema, name) FROM tables
    UNION ALL SELECT 'schema: view', format('DROP VIEW %s CASCADE', name) FROM relations WHERE relkind = 'v'
    UNION ALL SELECT 'schema: index', format('CREATE INDEX ON %s (%s)', of, name) FROM columns
    UNION ALL SELECT 'schema: index', format('DROP INDEX %s', name) FROM relations WHERE relkind IN ('i', 'I')
    UNION ALL SELECT 'schema: constraint', format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', t.name, c.conname)
        FROM pg_constraint c JOIN tables t ON t.oid = c.conrelid
    UNION ALL SELECT 'schema: constraint', format('ALTER TABLE %s ADD CHECK (%s IS NULL) NOT VALID', of, name) FROM columns
    UNION ALL SELECT 'schema: trigger', format('ALTER TABLE %s %s TRIGGER %s', of, change, name)
        FROM triggers, unnest(ARRAY['DISABLE', 'ENABLE ALWAYS']) change
    UNION ALL SELECT 'schema: trigger', format('DROP TRIGGER %s ON %s', name, of) FROM triggers
    UNION ALL SELECT 'schema: sequence', format('ALTER SEQUENCE %s INCREMENT 7', name) FROM sequences
    UNION ALL SELECT 'schema: sequence', format('DROP SEQUENCE %s CASCADE', name) FROM sequences
    UNION ALL SELECT 'schema: function', format('DROP ROUTINE %s CASCADE', p.oid::regprocedure)
        FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT 'schema: setting', format('ALTER TABLE %s SET UNLOGGED', name) FROM tables
    UNION ALL SELECT 'schema: setting', format('ALTER TABLE %s SET (fillfactor = 50)', name) FROM tables
    UNION ALL SELECT 'schema: setting', format('ALTER TABLE %s REPLICA IDENTITY FULL', name) FROM tables
    UNION ALL SELECT 'schema: setting', format('ALTER TABLE %s ALTER COLUMN %s SET STATISTICS 7', of, name) FROM columns
    UNION ALL SELECT 'schema: comment', format('COMMENT ON TABLE %s IS ''novelty''', name) FROM tables
)
SELECT kind, statement FROM statements ORDER BY kind COLLATE "C", statement COLLATE "C"
