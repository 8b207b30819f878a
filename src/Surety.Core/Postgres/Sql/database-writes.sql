-- What has been written in the database $1 (oid) since it was created or its statistics were reset: two equal answers
-- mean that nothing was. TRUNCATE, DDL and large objects count by the catalogs' rows. Null where nobody counts, or where
-- sessions that have ended may not have reported yet (before version 15, they did so by datagrams).
SELECT format('%s %s %s since %s', s.tup_inserted, s.tup_updated, s.tup_deleted, coalesce(s.stats_reset::text, '-'))
FROM pg_stat_database s
WHERE s.datid = $1
  AND current_setting('track_counts')::boolean
  AND current_setting('server_version_num')::int >= 150000;
