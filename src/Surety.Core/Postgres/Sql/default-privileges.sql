-- Statements that take the default privileges of some schemas, or of the whole database, back to what every new database
-- has: they would be given to what is made again. $1, $2: as in replaceable-objects.sql. Those of other roles are left:
-- they concern only what these make.
WITH entries AS (
    SELECT quote_ident(pg_get_userbyid(d.defaclrole)) AS role, n.nspname AS schema, d.defaclacl AS acl,
           CASE d.defaclobjtype
               WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES'
               WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS'
           END AS kind
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
    WHERE pg_has_role(d.defaclrole, 'USAGE')
      AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1))
      AND (n.nspname IS NULL OR n.nspname <> ALL ($2::text[]))
),
changes AS (
    SELECT DISTINCT 1 AS step, role, schema,
           format('REVOKE ALL ON %s FROM %s', kind,
                  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) AS change
    FROM entries CROSS JOIN aclexplode(acl)
  UNION ALL
    SELECT 2, role, schema, format('GRANT ALL ON %s TO %s', kind, role) FROM entries WHERE schema IS NULL
  UNION ALL
    SELECT 2, role, schema, format('GRANT ALL ON %s TO PUBLIC', kind)
    FROM entries WHERE schema IS NULL AND kind IN ('ROUTINES', 'TYPES')
)
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %s %s %s', role, 'IN SCHEMA ' || quote_ident(schema), change)
FROM changes
ORDER BY step, role, schema, change;
