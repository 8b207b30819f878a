-- What the present transaction has written, temporary tables and the catalog left out: schema, name, rows inserted, updated
-- and deleted. Nothing where the server does not count (track_counts off).
SELECT n.nspname::text, c.relname::text, inserted, updated, deleted
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT pg_stat_get_xact_tuples_inserted(c.oid) AS inserted,
           pg_stat_get_xact_tuples_updated(c.oid) AS updated,
           pg_stat_get_xact_tuples_deleted(c.oid) AS deleted
) written
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname <> 'pg_catalog'
  AND inserted + updated + deleted > 0;
