-- What keeps this role from putting a copy in the place of the current database. Each row: a line for people, and
-- whether somebody may decide to do it all the same.
-- A rename asks for ownership and CREATEDB, and is refused while a prepared transaction is in the database (manual,
-- ALTER DATABASE). Slots and subscriptions belong to a database by its OID: they stay with the one that is put aside.
WITH present AS (
    SELECT oid, datname, datdba, datistemplate FROM pg_database WHERE datname = current_database()
)
SELECT format('role %s may not create databases (CREATEDB)', current_user) AS line, false AS may_be_left
WHERE NOT (SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user)
UNION ALL
SELECT format('the database belongs to %s, and role %s is no member of it', pg_get_userbyid(datdba), current_user), false
FROM present WHERE NOT pg_has_role(datdba, 'USAGE')
UNION ALL
SELECT 'the database is marked as a template', false FROM present WHERE datistemplate
UNION ALL
SELECT format('transaction "%s" of %s is prepared', p.gid, p.owner), false
FROM pg_prepared_xacts p WHERE p.database = current_database()
UNION ALL
SELECT format('replication slot %s is on it', s.slot_name), true
FROM pg_replication_slots s WHERE s.database = current_database()
UNION ALL
SELECT format('subscription %s is on it', s.subname), true
FROM pg_subscription s JOIN present p ON p.oid = s.subdbid
ORDER BY 2, 1;
