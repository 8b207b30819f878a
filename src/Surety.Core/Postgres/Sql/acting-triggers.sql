-- The triggers of the tables $1 (text[] of qualified names) that fire when rows are deleted or inserted, and the rules that
-- rewrite a DELETE (COPY knows no rules): the statement that disables each, and the one that gives it its state back.
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
WHERE r.ev_type = '4' AND state IN (SELECT state FROM acting) AND r.ev_class = ANY ($1::text[]::regclass[]);
