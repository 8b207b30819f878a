-- Large objects and what the catalog says of them; has_largeobject_privilege() comes only with PostgreSQL 18.
SELECT m.oid,
       pg_get_userbyid(m.lomowner) AS owner,
       m.lomacl::text AS acl,
       obj_description(m.oid, 'pg_largeobject') AS comment,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
         OR current_setting('lo_compat_privileges')::boolean
         OR pg_has_role(m.lomowner, 'USAGE')
         OR EXISTS (
             SELECT FROM aclexplode(m.lomacl) g
             WHERE g.privilege_type = 'SELECT'
               AND CASE WHEN g.grantee = 0 THEN true ELSE pg_has_role(g.grantee, 'USAGE') END
         ) AS readable
FROM pg_largeobject_metadata m
ORDER BY m.oid;
