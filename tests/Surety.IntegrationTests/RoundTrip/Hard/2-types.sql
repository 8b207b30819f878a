-- Every scalar type that PostgreSQL brings, the types that a database defines, arrays of all of these, extensions' types.
CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION intarray;
CREATE EXTENSION isn;
CREATE EXTENSION seg;
CREATE EXTENSION cube;
CREATE EXTENSION btree_gist;
CREATE SCHEMA ext;
CREATE EXTENSION "uuid-ossp" SCHEMA ext;

CREATE SCHEMA types;
SET search_path = types, public;

CREATE TABLE numbers (
    a smallint, b integer, c bigint, d real, e double precision, f numeric, g numeric(1000, 500), h oid, i xid8, j "char"
);
INSERT INTO numbers VALUES
    (-32768, -2147483648, -9223372036854775808, 'NaN', 'NaN', 'NaN', 0, 4294967295, '18446744073709551615', 'x'),
    (32767, 2147483647, 9223372036854775807, 'Infinity', '-Infinity', 'Infinity', 1, 0, '0', ''),
    (0, 0, 0, '-0', '-0', '-Infinity', 123.456, 1, '1', E'\\x7f'),
    (0, 0, 0, 1.1754944e-38, 5e-324, 10 ^ 300::numeric + 10 ^ -300::numeric, 1e-400::numeric, 1, '1', E'\x01'),
    (NULL, NULL, NULL, NULL, NULL, 1.10, NULL, NULL, NULL, NULL),
    (NULL, NULL, NULL, 0.1::real + 0.2::real, 0.1::float8 + 0.2::float8, 1.1, NULL, NULL, NULL, NULL);

CREATE TABLE instants (
    a date, b timestamp, c timestamptz, d time, e timetz, f interval, g timestamptz(0), h interval day to second(2)
);
INSERT INTO instants VALUES
    ('4713-01-01 BC', '4713-01-01 00:00:00 BC', '4713-01-01 00:00:00+00 BC', '00:00', '00:00-15:59', '-178000000 years', 'now', '1 2:03:04.056'),
    ('infinity', 'infinity', 'infinity', '24:00', '24:00+15:59', '1 mon -1 day 1 us', '-infinity', '0'),
    ('-infinity', '-infinity', '-infinity', '23:59:59.999999', '12:00:00.000001+01', '0', NULL, NULL),
    ('5874897-12-31', '294276-12-31 23:59:59.999999', '2026-03-29 01:30:00+00', NULL, NULL, '1 day 24:00:00', NULL, NULL);

CREATE TABLE texts (a text, b varchar(10), c char(10), d name, e bytea, f json, g jsonb, h bit(5), i bit varying);
INSERT INTO texts VALUES
    (E'tab\t newline\n return\r backslash \\ \\N \\. end', E'\\N', '', '', '\x', '{"a" : 1, "a":  2}', '{"a": 1e400, "b": "\u00e9"}', B'10101', B''),
    (E'\\.', E'\\.', E'\\.', E'\\.', '\x5c2e', '"\\."', '"\\."', B'00000', B'1'),
    ('', ' ', ' x', 'é', decode('00' || 'ff', 'hex'), 'null', 'null', NULL, B'101'),
    ('𝔘𝔫𝔦𝔠𝔬𝔡𝔢 é ﷽ ' || chr(1) || chr(127) || chr(160) || chr(65534), 'ééééé', 'ü', 'ß', NULL, '[]', '{}', B'11111', NULL),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO texts (e)
    SELECT string_agg(set_byte('\x00', 0, n), '' ORDER BY n) FROM generate_series(0, 255) n;

CREATE TABLE large (id int, a text, b bytea, c jsonb);
ALTER TABLE large ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE MAIN, ALTER c SET COMPRESSION lz4;
INSERT INTO large VALUES
    (1, repeat('toast ', 200000), decode(repeat('00ff', 500000), 'hex'), (SELECT jsonb_agg(n) FROM generate_series(1, 50000) n)),
    (2, (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 32768) n), '', 'null');

CREATE TABLE others (
    a boolean, b uuid, c inet, d cidr, e macaddr, f macaddr8, g point, h line, i lseg, j box, k path, l polygon, m circle,
    n tsvector, o tsquery, p pg_lsn, q tid, r xid, s cid, v jsonpath, w pg_snapshot, x refcursor
);
INSERT INTO others VALUES
    (true, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '::1/128', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05',
     '(NaN,-Infinity)', '{1,-1,0}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1)]', '((0,0),(1,1),(1,0))', '<(0,0),1>',
     'fat:2A,4B cat:3', 'fat & !(rat | cat:AB)', 'FFFFFFFF/FFFFFFFF', '(0,1)', '4294967295', '7',
     '$.a[*] ? (@.b > 1)', '10:20:10,14,15', 'cursor'),
    (false, '00000000-0000-0000-0000-000000000000', '192.168.0.1/24', '::/0', NULL, NULL, '(-0,1e-300)', NULL, NULL, NULL,
     '((0,0),(1,1))', NULL, NULL, '', NULL, '0/0', NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE vectors (id int, a oidvector, b int2vector, c oidvector[]);
INSERT INTO vectors VALUES (1, '1 2 4294967295', '-1 0 1', ARRAY['1 2'::oidvector]), (2, '', '', '{}'), (3, NULL, NULL, NULL);

CREATE TABLE prices (id int, price money, prices money[]);
INSERT INTO prices VALUES (1, '92233720368547758.07', '{1.00,-1.00}'), (2, '-92233720368547758.08', NULL), (3, NULL, '{}');

CREATE TABLE documents (id int, body xml, bodies xml[]);
INSERT INTO documents VALUES
    (1, xmlparse(document '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?><!DOCTYPE a []><a>é</a>'), NULL),
    (2, xmlparse(content 'text<b/>'), ARRAY['<c/>'::xml, NULL]),
    (3, '', '{}');

-- What the database defines.
CREATE TYPE mood AS ENUM ('sad', 'happy');
ALTER TYPE mood ADD VALUE 'meh' BEFORE 'happy';
ALTER TYPE mood ADD VALUE 'Ünwell, "so"' AFTER 'sad';
CREATE DOMAIN good_mood AS mood CHECK (VALUE <> 'sad');
CREATE DOMAIN positive AS int DEFAULT 1 NOT NULL CONSTRAINT is_positive CHECK (VALUE > 0);
CREATE DOMAIN "Strict Text" AS text COLLATE "C" CHECK (VALUE !~ '^\s*$');
CREATE DOMAIN integers AS int[] CHECK (cardinality(VALUE) < 10);
CREATE TYPE pair AS (a int, b text);
CREATE TYPE feeling AS (who text, how mood);
CREATE TYPE nested AS (id positive, pair pair, pairs pair[], feeling feeling, spread int4range);
CREATE TYPE moods AS RANGE (subtype = mood, multirange_type_name = moods_multi);
CREATE TYPE words AS RANGE (subtype = text, collation = "C");
CREATE FUNCTION seconds_between(a time, b time) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT extract(epoch FROM a - b)::float8';
CREATE TYPE timerange AS RANGE (subtype = time, subtype_diff = seconds_between);
CREATE DOMAIN opening AS timerange CHECK (NOT isempty(VALUE));

CREATE TABLE enums (id int, a mood);
INSERT INTO enums VALUES (1, 'sad'), (2, 'meh'), (3, 'Ünwell, "so"'), (4, NULL);
CREATE TABLE enum_arrays (id int, a mood[]);
INSERT INTO enum_arrays VALUES (1, '{sad,NULL,happy}'), (2, '[-1:0]={sad,meh}'), (3, '{{sad},{happy}}'), (4, '{}');
CREATE TABLE domains (a good_mood, b positive, c "Strict Text", d integers);
INSERT INTO domains VALUES ('happy', 1, 'x', '{1,2}'), (NULL, 2, NULL, NULL);
CREATE TABLE domain_arrays (id int, a good_mood[], b positive[], c "Strict Text"[]);
INSERT INTO domain_arrays VALUES (1, '{happy,NULL}', '{1,2}', '{"a b","c\"d"}');
CREATE TABLE composites (a pair, id int);
INSERT INTO composites VALUES ((1, 'x'), 1), ((NULL, NULL), 2), (NULL, 3), ((NULL, E'",\\()'), 4);
CREATE TABLE composites_of_enums (id int, a feeling, b nested, c nested[]);
INSERT INTO composites_of_enums VALUES
    (1, ('me', 'happy'), (1, (1, 'x'), ARRAY[(1, 'y')::pair, NULL], ('you', 'sad'), '[1,5)'), ARRAY[(2, NULL, NULL, NULL, 'empty')::nested]);
CREATE TABLE ranges (a int4range, b numrange, c tsrange, d tstzrange, e daterange, f int8range, g int4multirange, h tstzmultirange, id int);
INSERT INTO ranges VALUES
    ('[1,5)', '(1.5,)', '[-infinity,infinity]', 'empty', '[2020-01-01,2020-02-01)', '(,)', '{[1,3),[5,9)}', '{}', 1),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2);
CREATE TABLE own_ranges (id int, a moods, b words, c timerange, d moods_multi, e opening);
INSERT INTO own_ranges VALUES (1, '[sad,happy]', '["a,b","c""d")', '[08:00,17:00)', '{[sad,sad],[happy,happy]}', '[09:00,10:00]');
CREATE TABLE own_range_arrays (id int, a moods[], b moods_multi[], c int4range[]);
INSERT INTO own_range_arrays VALUES (1, ARRAY['[sad,meh]'::moods, NULL], ARRAY['{[sad,meh]}'::moods_multi], ARRAY['[1,2)'::int4range]);
CREATE TABLE arrays (a int[], b text[], c timestamptz[], d bytea[], e int[][], f point[], g jsonb[], h int4multirange[], i bit varying[]);
INSERT INTO arrays VALUES
    ('[5:7]={1,NULL,3}', ARRAY['a,b', '"', '', NULL, 'NULL', E'\\'], '{infinity,-infinity}', ARRAY['\x00ff'::bytea], '{{1,2},{3,4}}',
     '{"(0,0)"}', ARRAY['{"a":[1,2]}'::jsonb], ARRAY['{[1,2)}'::int4multirange], ARRAY[B'1', B'']),
    ('{}', '{}', NULL, '{}', '{}', '{}', '{}', '{}', '{}');
CREATE TABLE catalogs (
    id int, a regclass, b regproc, c regprocedure, d regoper, e regoperator, f regtype, g regrole, h regnamespace, i regconfig,
    j regdictionary, k regcollation, l regclass[]
);
INSERT INTO catalogs VALUES
    (1, 'types.enums', 'types.seconds_between', 'types.seconds_between(time, time)', '||/', '+(int,int)', 'types.mood', 'hard_owner',
     'types', 'english', 'simple', '"C"', '{types.enums,pg_class}'),
    (2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}'),
    (3, 4000000000, NULL, NULL, NULL, NULL, 'int[]', NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE grants_as_values (id int, a aclitem, b aclitem[]);
INSERT INTO grants_as_values VALUES (1, 'hard_reader=r/hard_owner', '{=r/hard_owner}');

-- What extensions define.
CREATE TABLE extended (a hstore, b citext, c ltree, d cube, e uuid DEFAULT ext.uuid_generate_v4(), f lquery, g ltxtquery);
INSERT INTO extended VALUES ('a=>1, "b c"=>NULL, d=>"\""', 'ÉÈ', 'Top.Science', '(1,2),(3,4)', DEFAULT, 'Top.*{1,2}', 'Europe & Russia*@'), ('', '', '', '(-Infinity)', NULL, '*', 'a');
CREATE TABLE extended_text (id int, a query_int, b isbn13, c seg, d ean13[]);
INSERT INTO extended_text VALUES (1, '1&(2|3)', '978-0-393-04002-9', '~6.50', ARRAY['9780393040029'::ean13]), (2, NULL, NULL, '1.0 .. 1.10', '{}');
CREATE TABLE extended_arrays (id int, a hstore[], b citext[], c ltree[]);
INSERT INTO extended_arrays VALUES (1, ARRAY['a=>1'::hstore], '{É,é}', '{a.b,NULL}');
