-- What has been written in this database, as its server counts it: two equal answers mean that nothing was. Reading counts
-- nothing. Rows of tables, by their counters; DDL and large objects by those of the catalogs, but for what ANALYZE writes,
-- and out of line values with the rows that have them; TRUNCATE by the files of tables; sequences, which have no counters,
-- by their values. A standby counts nothing: there it is how far the replay is. Null where nobody counts.
SELECT CASE WHEN current_setting('track_counts')::boolean THEN concat_ws(' ',
    (SELECT format('%s/%s/%s', sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del))
     FROM pg_stat_all_tables
     WHERE schemaname <> 'pg_toast'
       AND relid NOT IN ('pg_statistic'::regclass, 'pg_statistic_ext_data'::regclass)
       AND relid NOT IN (SELECT oid FROM pg_class WHERE relisshared OR relpersistence = 't')),
    (SELECT format('%s/%s', count(*), sum(hashint8(oid::int8 << 32 | relfilenode::int8)))
     FROM pg_class
     WHERE relkind IN ('r', 'm', 'S') AND relpersistence <> 't' AND oid >= 16384),
    (SELECT coalesce(sum(last_value), 0) FROM pg_sequences WHERE last_value IS NOT NULL),
    (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END) END;
