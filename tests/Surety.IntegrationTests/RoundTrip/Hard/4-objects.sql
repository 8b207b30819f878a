-- Views, functions, triggers, rules, policies, publications, foreign data, text search, operators, large objects.
CREATE SCHEMA objects;
SET search_path = objects, public;

CREATE TABLE items (id int PRIMARY KEY, owner text DEFAULT current_user, v text, changed timestamptz);
CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY, message text);
INSERT INTO items SELECT n, 'hard_reader', 'v' || n FROM generate_series(1, 20) n;

CREATE VIEW plain AS SELECT id, v FROM items WHERE id > 5 WITH CASCADED CHECK OPTION;
CREATE VIEW barrier WITH (security_barrier, security_invoker) AS SELECT * FROM items WHERE owner = current_user;
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE VIEW deparsed AS
    SELECT id, v = ANY (ARRAY['a', 'b']::varchar[]) AS chosen, extract(year FROM changed) AS year, NULL::int4 AS nothing, v LIKE 'a%' AS likes
    FROM items;
ALTER VIEW plain ALTER v SET DEFAULT 'from view';
CREATE MATERIALIZED VIEW populated AS SELECT count(*) AS n, max(v) AS v FROM items;
CREATE UNIQUE INDEX ON populated (n);
CREATE MATERIALIZED VIEW unpopulated AS SELECT * FROM items WITH NO DATA;
CREATE MATERIALIZED VIEW stale AS SELECT count(*) AS n FROM items;
CREATE MATERIALIZED VIEW on_view AS SELECT * FROM populated;
INSERT INTO items VALUES (21, 'hard_writer', 'late');

CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO objects.log (message) VALUES (TG_OP || ' $$ ' || TG_NAME);
    RETURN coalesce(NEW, OLD);
END $body$;
CREATE TRIGGER noted AFTER INSERT OR UPDATE OF v ON items FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION note();
CREATE TRIGGER disabled BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER always AFTER TRUNCATE ON items EXECUTE FUNCTION note();
CREATE TRIGGER on_replica AFTER DELETE ON items REFERENCING OLD TABLE AS old FOR EACH STATEMENT EXECUTE FUNCTION note();
ALTER TABLE items DISABLE TRIGGER disabled, ENABLE ALWAYS TRIGGER always, ENABLE REPLICA TRIGGER on_replica;
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER instead INSTEAD OF INSERT ON barrier FOR EACH ROW EXECUTE FUNCTION note();
CREATE RULE never_delete AS ON DELETE TO log DO INSTEAD NOTHING;
CREATE RULE doubled AS ON INSERT TO items WHERE NEW.id < 0 DO ALSO INSERT INTO log (message) VALUES ('negative');
CREATE RULE on_insert AS ON INSERT TO log WHERE NEW.message IS NULL DO INSTEAD NOTHING;

ALTER TABLE items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON items FOR SELECT TO hard_reader, "hard ""Rôle""; x" USING (owner = current_user);
CREATE POLICY write ON items AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (id > 0) WITH CHECK (v IS NOT NULL);

CREATE FUNCTION standard(a int, VARIADIC c text[] DEFAULT '{}') RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC SELECT a + count(*)::int FROM unnest(c); END;
CREATE PROCEDURE work(INOUT a int) LANGUAGE plpgsql AS $$
/* Lines that look like a dump's own:
SET default_tablespace = 'one';
\restrict two
*/
BEGIN COMMIT; a := a + 1; END $$ SET search_path = objects, pg_temp;
CREATE FUNCTION set_of() RETURNS SETOF types.pair LANGUAGE sql SECURITY DEFINER COST 5 ROWS 7 AS 'SELECT (1, ''x'')::types.pair';
CREATE AGGREGATE product (numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = 1, PARALLEL = SAFE);
CREATE FUNCTION distance(a types.pair, b types.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (a).a - (b).a';
CREATE FUNCTION less(a types.pair, b types.pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT (a).a < (b).a';
CREATE FUNCTION equals(a types.pair, b types.pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT (a).a = (b).a';
CREATE OPERATOR <<< (LEFTARG = types.pair, RIGHTARG = types.pair, FUNCTION = less, RESTRICT = scalarltsel);
CREATE OPERATOR === (LEFTARG = types.pair, RIGHTARG = types.pair, FUNCTION = equals, COMMUTATOR = ===, HASHES, MERGES);
CREATE OPERATOR FAMILY pairs USING btree;
CREATE OPERATOR CLASS pair_ops FOR TYPE types.pair USING btree FAMILY pairs AS OPERATOR 1 <<<, OPERATOR 3 ===, FUNCTION 1 distance(types.pair, types.pair);
CREATE FUNCTION to_pair(text) RETURNS types.pair LANGUAGE sql IMMUTABLE AS 'SELECT (1, $1)::types.pair';
CREATE CAST (text AS types.pair) WITH FUNCTION to_pair(text) AS ASSIGNMENT;
CREATE CAST (types.mood AS text) WITH INOUT AS IMPLICIT;
CREATE COLLATION german (provider = icu, locale = 'de-u-co-phonebk');
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION plain_c (provider = libc, locale = 'C');
CREATE TABLE collated (a text COLLATE german, b text COLLATE caseless UNIQUE, c text COLLATE plain_c);
INSERT INTO collated VALUES ('Äpfel', 'Abc', 'x'), ('Zebra', 'ABD', 'X');

CREATE TEXT SEARCH DICTIONARY stems (TEMPLATE = snowball, language = german, stopwords = german);
CREATE TEXT SEARCH CONFIGURATION search (COPY = pg_catalog.german);
ALTER TEXT SEARCH CONFIGURATION search ALTER MAPPING FOR asciiword WITH stems, simple;
CREATE TABLE searched (id int, body text, words tsvector GENERATED ALWAYS AS (to_tsvector('objects.search', body)) STORED);
INSERT INTO searched (id, body) VALUES (1, 'Die Äpfel fallen nicht weit vom Stamm'), (2, NULL);
CREATE INDEX ON searched USING gin (words);

CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert, update');
CREATE PUBLICATION some_items FOR TABLE items (id, v) WHERE (id > 3), log;
CREATE PUBLICATION whole_schema FOR TABLES IN SCHEMA types;
CREATE SUBSCRIPTION hard_subscription CONNECTION 'host=/nowhere dbname=none' PUBLICATION other
    WITH (connect = false, slot_name = 'hard_slot', binary = true);

CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE host_names (line text NOT NULL DEFAULT 'x') SERVER files OPTIONS (filename '/dev/null', format 'csv');
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '/nowhere', dbname 'none');
CREATE USER MAPPING FOR hard_reader SERVER elsewhere OPTIONS (user 'somebody', password 'secret''s');
CREATE FOREIGN TABLE far (id int, v text) SERVER elsewhere OPTIONS (table_name 'x');
CREATE TABLE by_place (id int, v text) PARTITION BY LIST (id);
CREATE TABLE by_place_near PARTITION OF by_place FOR VALUES IN (1);
CREATE FOREIGN TABLE by_place_far PARTITION OF by_place FOR VALUES IN (2) SERVER elsewhere;
INSERT INTO by_place VALUES (1, 'near');

CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN INSERT INTO objects.log (message) VALUES (TG_TAG); END $$;
CREATE EVENT TRIGGER log_ddl ON ddl_command_end EXECUTE FUNCTION log_ddl();
CREATE EVENT TRIGGER log_drops ON sql_drop WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION log_ddl();
ALTER EVENT TRIGGER log_drops DISABLE;

SELECT lo_create(70001);
SELECT lo_from_bytea(70002, decode(repeat('deadbeef', 800000), 'hex'));
SELECT lo_create(70003);
SELECT lo_put(70003, 5000000, '\x01');
SELECT lo_from_bytea(70004, 'x');
SELECT lo_from_bytea(70005, decode(repeat('00', 262144), 'hex'));
ALTER LARGE OBJECT 70002 OWNER TO hard_owner;
GRANT SELECT ON LARGE OBJECT 70002 TO hard_reader WITH GRANT OPTION;
GRANT UPDATE ON LARGE OBJECT 70002 TO PUBLIC;
COMMENT ON LARGE OBJECT 70002 IS E'three ''megabytes''\nof \\beef é';
REVOKE ALL ON LARGE OBJECT 70004 FROM CURRENT_USER;
CREATE TABLE pictures (id int, picture oid);
INSERT INTO pictures VALUES (1, 70002);
