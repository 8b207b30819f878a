-- The primary keys of the tables $1.$2 (text[] each: schemas, names): the table's position in the arrays, from 0; the
-- key's columns in order; and for each the operator by which its index tells that two values are equal. A table that is
-- not there has none; nor has one with a domain whose operator is that of any enum or array (PostgreSQL finds it for the
-- index, and not for a domain in a query).
SELECT (wanted.position - 1)::integer,
       array_agg(a.attname::text ORDER BY key.position),
       array_agg(format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY key.position)
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY wanted (schema, name, position)
JOIN pg_index x ON x.indrelid = to_regclass(format('%I.%I', wanted.schema, wanted.name)) AND x.indisprimary
CROSS JOIN LATERAL unnest(x.indkey::smallint[], x.indclass::oid[]) WITH ORDINALITY key (attnum, class, position)
JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = key.attnum
JOIN pg_opclass c ON c.oid = key.class
JOIN pg_amop equal ON equal.amopfamily = c.opcfamily AND equal.amopstrategy = 3
                  AND equal.amoplefttype = c.opcintype AND equal.amoprighttype = c.opcintype
JOIN pg_operator o ON o.oid = equal.amopopr
JOIN pg_namespace n ON n.oid = o.oprnamespace
JOIN pg_type own ON own.oid = a.atttypid
JOIN pg_type taken ON taken.oid = c.opcintype
WHERE key.position <= x.indnkeyatts AND NOT (own.typtype = 'd' AND taken.typtype = 'p')
GROUP BY wanted.position, x.indnkeyatts
HAVING count(*) = x.indnkeyatts;
