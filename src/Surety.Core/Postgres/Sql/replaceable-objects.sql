-- Everything that somebody made in some schemas, or in the whole database, and what drops it without CASCADE.
-- $1 text[]: only these schemas (empty: all, and what belongs to no schema).  $2 text[]: not these schemas.
-- $3 text[]: the extensions that the backup has; others go where the role owns them.
-- Left out: members of extensions, and what cannot be dropped by itself but goes with something else (deptype i).
-- A schema stays where it is the standard one, where something stays in it, or where it is not the role's. Extensions of
-- the backup stay: its archive creates them only where they are missing.
WITH scope AS (
    SELECT n.oid, n.nspname, n.nspowner
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1))
      AND n.nspname <> ALL ($2::text[])
),
within (classid, objid, schema, owner, version) AS (
    SELECT 'pg_class'::regclass, oid, relnamespace, relowner, xmin FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't'
  UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, proowner, xmin FROM pg_proc
  UNION ALL
    SELECT 'pg_type'::regclass, t.oid, t.typnamespace, t.typowner, t.xmin
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE coalesce(c.relkind, 'c') = 'c' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
  UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace, collowner, xmin FROM pg_collation
  UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace, conowner, xmin FROM pg_conversion
  UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace, oprowner, xmin FROM pg_operator
  UNION ALL SELECT 'pg_opclass'::regclass, oid, opcnamespace, opcowner, xmin FROM pg_opclass
  UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace, opfowner, xmin FROM pg_opfamily
  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace, stxowner, xmin FROM pg_statistic_ext
  UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, cfgowner, xmin FROM pg_ts_config
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace, dictowner, xmin FROM pg_ts_dict
  -- Only a superuser makes these, and some below; they have no owner.
  UNION ALL SELECT 'pg_ts_parser'::regclass, oid, prsnamespace, 10, xmin FROM pg_ts_parser
  UNION ALL SELECT 'pg_ts_template'::regclass, oid, tmplnamespace, 10, xmin FROM pg_ts_template
),
beside (classid, objid, owner, version) AS (
    SELECT 'pg_event_trigger'::regclass, oid, evtowner, xmin FROM pg_event_trigger
  UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner, xmin FROM pg_publication
  UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner, xmin FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner, xmin FROM pg_foreign_server
  UNION ALL
    SELECT 'pg_user_mapping'::regclass, m.umid, s.srvowner, s.xmin
    FROM pg_user_mappings m JOIN pg_foreign_server s ON s.oid = m.srvid
  UNION ALL
    SELECT 'pg_extension'::regclass, oid, extowner, xmin FROM pg_extension
    WHERE extname <> ALL ($3::text[]) AND pg_has_role(extowner, 'USAGE')
  UNION ALL SELECT 'pg_language'::regclass, oid, lanowner, xmin FROM pg_language
  UNION ALL SELECT 'pg_am'::regclass, oid, 10, xmin FROM pg_am
  UNION ALL SELECT 'pg_transform'::regclass, oid, 10, xmin FROM pg_transform
  UNION ALL
    SELECT 'pg_cast'::regclass, c.oid, CASE WHEN pg_has_role(s.typowner, 'USAGE') THEN s.typowner ELSE t.typowner END, c.xmin
    FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget
),
made AS (
    SELECT o.classid, o.objid, o.owner, o.version
    FROM (
        SELECT classid, objid, owner, version FROM within WHERE schema IN (SELECT oid FROM scope)
        UNION ALL SELECT * FROM beside WHERE cardinality($1::text[]) = 0
    ) o
    WHERE o.objid >= 16384
      AND NOT EXISTS (
          SELECT FROM pg_depend d
          WHERE d.classid = o.classid AND d.objid = o.objid AND d.objsubid = 0 AND d.deptype IN ('i', 'e')
      )
  UNION ALL
    SELECT 'pg_namespace'::regclass, s.oid, s.nspowner, n.xmin
    FROM scope s
    JOIN pg_namespace n ON n.oid = s.oid
    WHERE s.nspname <> 'public'
      AND pg_has_role(s.nspowner, 'USAGE')
      -- An extension that stays, or a member of one.
      AND NOT EXISTS (
          SELECT FROM pg_depend d
          LEFT JOIN pg_depend e ON e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e'
          JOIN pg_extension x
              ON x.oid = CASE WHEN d.classid = 'pg_extension'::regclass THEN d.objid ELSE e.refobjid END
          WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = s.oid
            AND (cardinality($1::text[]) > 0 OR x.extname = ANY ($3) OR NOT pg_has_role(x.extowner, 'USAGE'))
      )
)
SELECT m.classid::oid, m.objid, m.version::text, coalesce(pg_describe_object(m.classid, m.objid, 0), '?') AS description,
       pg_get_userbyid(m.owner) AS owner, pg_has_role(m.owner, 'USAGE') AS owned,
       CASE
           WHEN m.classid = 'pg_user_mapping'::regclass THEN (
               SELECT format('DROP USER MAPPING IF EXISTS FOR %s SERVER %I',
                             CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(u.usename) END, u.srvname)
               FROM pg_user_mappings u WHERE u.umid = m.objid
           )
           ELSE format(
               'DROP %s IF EXISTS %s',
               CASE i.type
                   WHEN 'function' THEN 'ROUTINE' WHEN 'procedure' THEN 'ROUTINE' WHEN 'aggregate' THEN 'ROUTINE'
                   WHEN 'composite type' THEN 'TYPE' WHEN 'statistics object' THEN 'STATISTICS'
                   WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER'
                   ELSE upper(i.type)
               END,
               i.identity
           )
       END AS drop_sql
FROM made m
CROSS JOIN LATERAL pg_identify_object(m.classid, m.objid, 0) i
-- What was made later mostly depends on what was there: this way nearly everything can be dropped at the first attempt.
ORDER BY m.objid DESC;
