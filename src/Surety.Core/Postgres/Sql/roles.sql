-- The roles that objects of this database name: owners, grantees, roles of policies and settings. The bootstrap
-- superuser is pinned and so never in pg_shdepend (manual, "pg_shdepend"): looked up by what it owns.
WITH named AS (
    SELECT d.refobjid AS oid
    FROM pg_shdepend d
    WHERE d.refclassid = 'pg_authid'::regclass
      AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION SELECT datdba FROM pg_database WHERE datname = current_database()
  UNION SELECT s.setrole FROM pg_db_role_setting s
        JOIN pg_database b ON b.oid = s.setdatabase AND b.datname = current_database()
        WHERE s.setrole <> 0
  UNION SELECT g.grantee FROM pg_database b, aclexplode(b.datacl) g WHERE b.datname = current_database() AND g.grantee <> 0
  UNION SELECT relowner FROM pg_class WHERE oid >= 16384
  UNION SELECT nspowner FROM pg_namespace WHERE oid >= 16384
  UNION SELECT proowner FROM pg_proc WHERE oid >= 16384
  UNION SELECT typowner FROM pg_type WHERE oid >= 16384
  UNION SELECT lomowner FROM pg_largeobject_metadata
)
SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolinherit AS inherit, r.rolcreaterole AS create_role,
       r.rolcreatedb AS create_database, r.rolcanlogin AS can_login, r.rolreplication AS replication,
       r.rolbypassrls AS bypass_row_security, r.rolconnlimit AS connection_limit,
       ARRAY(
           -- From 16 on, several roles can have granted the same membership.
           SELECT g.rolname::text FROM pg_roles g
           WHERE EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = g.oid AND m.member = r.oid)
           ORDER BY g.rolname COLLATE "C"
       ) AS member_of,
       EXISTS (
           SELECT FROM pg_shdepend d
           WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'r'
             AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
       ) AS named_by_policy
FROM pg_roles r
WHERE r.oid IN (SELECT oid FROM named) AND r.rolname !~ '^pg_'
ORDER BY r.rolname COLLATE "C";
