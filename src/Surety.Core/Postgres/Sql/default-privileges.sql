-- The default privileges of the roles that this role is or is a member of, with the statements that take each back to what
-- PostgreSQL grants by itself (the entry is gone then), and those that bring it back. schema: null for all schemas.
WITH held AS (
    SELECT d.oid, n.nspname, r.rolname, d.defaclobjtype,
           format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s', r.rolname, CASE WHEN n.oid IS NULL THEN '' ELSE format(' IN SCHEMA %I', n.nspname) END) AS change,
           CASE d.defaclobjtype
               WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
               WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS'
           END AS kind,
           -- aclexplode() refuses an array without dimensions.
           CASE WHEN d.defaclacl::text <> '{}' THEN d.defaclacl END AS acl
    FROM pg_default_acl d
    JOIN pg_roles r ON r.oid = d.defaclrole
    LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
    WHERE pg_has_role(d.defaclrole, 'USAGE')
)
SELECT h.nspname::text AS schema,
       concat_ws('; ', revokes.all_grantees,
           CASE WHEN h.nspname IS NULL THEN format('%s GRANT ALL ON %s TO %I', h.change, h.kind, h.rolname) END,
           CASE WHEN h.nspname IS NULL AND h.defaclobjtype IN ('f', 'T')
                THEN format('%s GRANT ALL ON %s TO PUBLIC', h.change, h.kind) END) AS undo,
       concat_ws('; ',
           CASE WHEN h.nspname IS NULL
                THEN format('%1$s REVOKE ALL ON %2$s FROM %3$I; %1$s REVOKE ALL ON %2$s FROM PUBLIC', h.change, h.kind, h.rolname) END,
           grants.all_privileges) AS redo
FROM held h
CROSS JOIN LATERAL (
    SELECT string_agg(DISTINCT format('%s REVOKE ALL ON %s FROM %s', h.change, h.kind,
                                      CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END), '; ')
    FROM aclexplode(h.acl) g
) revokes (all_grantees)
CROSS JOIN LATERAL (
    SELECT string_agg(format('%s GRANT %s ON %s TO %s%s', h.change, g.privilege_type, h.kind,
                             CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                             CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '; ')
    FROM aclexplode(h.acl) g
) grants (all_privileges)
ORDER BY h.oid;
