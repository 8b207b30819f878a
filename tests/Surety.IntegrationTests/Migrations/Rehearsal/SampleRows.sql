-- A few rows for every table that has none, as far as they can be made up from the types of its columns alone. Foreign keys
-- and triggers are not asked. A table that refuses stays empty.
SET session_replication_role = replica;
DO $$
DECLARE made record;
BEGIN
    FOR made IN
        SELECT c.oid::regclass AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
            string_agg(CASE
                WHEN t.typtype = 'e' THEN quote_literal((SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder LIMIT 1))
                WHEN t.typcategory = 'A' THEN quote_literal('{}')
                WHEN t.typname = 'bool' THEN 'i % 2 = 0'
                WHEN t.typname = 'uuid' THEN 'gen_random_uuid()'
                WHEN t.typname IN ('json', 'jsonb') THEN quote_literal('{}')
                WHEN t.typcategory = 'D' THEN 'now()'
                WHEN t.typcategory = 'T' THEN quote_literal('1 day')
                WHEN t.typcategory = 'N' THEN 'i'
                WHEN t.typname = 'bytea' THEN quote_literal('x')
                WHEN t.typcategory = 'I' THEN quote_literal('127.0.0.1')
                WHEN t.typcategory = 'S' THEN '''v'' || i'
            END, ', ' ORDER BY a.attnum) AS values
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)'
          AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
        GROUP BY c.oid
        HAVING bool_and(t.typtype = 'e' OR t.typcategory IN ('A', 'D', 'T', 'N', 'I', 'S') OR t.typname IN ('bool', 'uuid', 'json', 'jsonb', 'bytea'))
    LOOP
        BEGIN
            EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM generate_series(1, 3) i WHERE NOT EXISTS (SELECT FROM %1$s)',
                made.name, made.columns, made.values);
        EXCEPTION WHEN integrity_constraint_violation OR data_exception OR feature_not_supported THEN
            NULL;
        END;
    END LOOP;
END $$;
