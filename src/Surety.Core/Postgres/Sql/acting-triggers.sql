-- What acts when rows of the tables $1 (text[] of qualified names) are deleted or inserted: triggers, rules that rewrite a
-- DELETE (COPY knows no rules), and publications that refuse one. The statement that puts each aside, and the one that
-- gives it its state back.
-- Where the session is silent ($2, session_replication_role = replica) only those enabled ALWAYS or for replicas act,
-- else only those enabled ALWAYS or as usual. A table's triggers include those that its partitioned parents gave it.
WITH acting AS (SELECT unnest(CASE WHEN $2 THEN ARRAY['A', 'R'] ELSE ARRAY['A', 'O'] END) AS state),
states (state, enable) AS (VALUES ('O', 'ENABLE'), ('A', 'ENABLE ALWAYS'), ('R', 'ENABLE REPLICA'))
SELECT format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', t.tgrelid::regclass, t.tgname) AS aside,
       format('ALTER TABLE ONLY %s %s TRIGGER %I', t.tgrelid::regclass, enable, t.tgname) AS back
FROM pg_trigger t
JOIN states ON state = t.tgenabled::text
WHERE NOT t.tgisinternal AND state IN (SELECT state FROM acting) AND t.tgrelid = ANY ($1::text[]::regclass[])
UNION ALL
SELECT format('ALTER TABLE %s DISABLE RULE %I', r.ev_class::regclass, r.rulename),
       format('ALTER TABLE %s %s RULE %I', r.ev_class::regclass, enable, r.rulename)
FROM pg_rewrite r
JOIN states ON state = r.ev_enabled::text
WHERE r.ev_type = '4' AND state IN (SELECT state FROM acting) AND r.ev_class = ANY ($1::text[]::regclass[])
UNION ALL
-- A published table that nothing identifies the rows of refuses a DELETE.
SELECT format('ALTER TABLE ONLY %s REPLICA IDENTITY FULL', c.oid::regclass),
       format('ALTER TABLE ONLY %s REPLICA IDENTITY %s', c.oid::regclass,
              CASE c.relreplident WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END)
FROM pg_class c
WHERE c.oid = ANY ($1::text[]::regclass[]) AND c.relkind = 'r'
  AND (c.relreplident = 'n'
       OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
  AND EXISTS (
      SELECT FROM pg_publication p
      JOIN pg_publication_tables t ON t.pubname = p.pubname
      JOIN pg_namespace n ON n.nspname = t.schemaname
      JOIN pg_class published ON published.relnamespace = n.oid AND published.relname = t.tablename
      WHERE p.pubdelete
        AND (published.oid = c.oid OR published.oid IN (SELECT pg_partition_ancestors(c.oid)))
  );
