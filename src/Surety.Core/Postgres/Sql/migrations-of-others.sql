-- Tables in which other tools keep what they ran, those that exist.
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND c.relname IN ('flyway_schema_history', 'schema_migrations', 'goose_db_version', '_sqlx_migrations',
                    '__diesel_schema_migrations', '_prisma_migrations', '__EFMigrationsHistory', 'databasechangelog',
                    'alembic_version', 'django_migrations', 'knex_migrations', 'pgmigrations')
ORDER BY 1;
