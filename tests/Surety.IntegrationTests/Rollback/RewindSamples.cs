namespace Surety.IntegrationTests.Rollback;

/// <summary>Databases with every kind of table and name that a rewind must cope with, and what happens to them.</summary>
internal static class RewindSamples
{
    /// <summary>Keys in a cycle, a cascade, triggers of every state, a rule, partitions, duplicates, a view with rows.</summary>
    public const string Everything = """
        CREATE TABLE plain (a integer, b text);
        INSERT INTO plain SELECT g % 10, 'x' || g % 10 FROM generate_series(1, 300) g;
        CREATE TABLE bare ();
        INSERT INTO bare SELECT FROM generate_series(1, 5);
        CREATE TABLE cash (amount money, kind regtype, PRIMARY KEY (kind, amount));
        INSERT INTO cash SELECT g::money, 'text'::regtype FROM generate_series(1, 50) g;
        CREATE TABLE customer (id bigserial PRIMARY KEY, name text, upper text GENERATED ALWAYS AS (upper(name)) STORED,
                               favourite integer);
        INSERT INTO customer (name) SELECT 'c' || g FROM generate_series(1, 200) g;
        CREATE TABLE purchase (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                               customer bigint REFERENCES customer ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                               amount numeric);
        INSERT INTO purchase (customer, amount) SELECT 1 + g % 200, g / 7.0 FROM generate_series(1, 600) g;
        SET CONSTRAINTS ALL IMMEDIATE;
        ALTER TABLE customer ADD CONSTRAINT favourite FOREIGN KEY (favourite) REFERENCES purchase NOT VALID;
        COMMENT ON CONSTRAINT favourite ON customer IS 'a cycle';
        UPDATE customer SET favourite = id WHERE id < 10;
        CREATE TABLE log (at timestamptz DEFAULT clock_timestamp(), what text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO public.log (what) VALUES (tg_op || tg_name); RETURN NULL; END$$;
        CREATE TRIGGER usual AFTER INSERT OR DELETE OR UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION note();
        CREATE TRIGGER always AFTER INSERT OR DELETE ON purchase FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE purchase ENABLE ALWAYS TRIGGER always;
        CREATE TRIGGER replica AFTER INSERT OR DELETE ON plain FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE plain ENABLE REPLICA TRIGGER replica;
        CREATE TRIGGER never AFTER INSERT OR DELETE ON plain FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE plain DISABLE TRIGGER never;
        CREATE TABLE kept (id integer PRIMARY KEY);
        INSERT INTO kept VALUES (1), (2);
        CREATE RULE keep AS ON DELETE TO kept DO INSTEAD NOTHING;
        CREATE TABLE part (k integer PRIMARY KEY, v text) PARTITION BY RANGE (k);
        CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (100);
        CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (100) TO (200);
        CREATE TRIGGER cloned AFTER INSERT OR DELETE ON part FOR EACH ROW EXECUTE FUNCTION note();
        INSERT INTO part SELECT g, 'p' || g FROM generate_series(0, 199) g;
        CREATE TABLE heir (extra text) INHERITS (plain);
        INSERT INTO heir VALUES (1, 'x1', 'y'), (1, 'x1', 'y');
        ALTER TABLE plain ADD CONSTRAINT later CHECK (a <> 3) NOT VALID;
        ALTER TABLE purchase ADD CONSTRAINT never CHECK (amount < 0) NOT VALID;
        COMMENT ON CONSTRAINT later ON plain IS 'when the old rows are gone';
        CREATE UNLOGGED TABLE fleeting AS SELECT 1 AS one;
        CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM purchase;
        TRUNCATE log;
        """;

    public const string Damage = """
        DELETE FROM plain WHERE ctid IN (SELECT ctid FROM plain WHERE a = 3 LIMIT 7);
        INSERT INTO plain SELECT 5, 'x5' FROM generate_series(1, 4);
        DELETE FROM heir WHERE ctid = (SELECT min(ctid) FROM heir);
        INSERT INTO bare SELECT FROM generate_series(1, 2);
        UPDATE cash SET amount = amount + 0.5::money WHERE amount < 5::money;
        UPDATE customer SET name = 'evil' WHERE id % 50 = 0;
        DELETE FROM customer WHERE id IN (17, 18);
        INSERT INTO customer (name, favourite) VALUES ('new', 4);
        DELETE FROM purchase WHERE id % 100 = 90;
        TRUNCATE fleeting;
        INSERT INTO kept VALUES (3);
        UPDATE part SET k = k + 100 WHERE k < 10 AND NOT EXISTS (SELECT FROM part p WHERE p.k = part.k + 100);
        DELETE FROM part WHERE k = 150;
        UPDATE part SET v = 'z' WHERE k = 151;
        REFRESH MATERIALIZED VIEW counted;
        """;

    public const string Odd = """
        CREATE TABLE "tä""b\nle\; ' $1 :x @y" ("ké""y" text, "w" integer, "r" integer, "place" text, PRIMARY KEY ("r", "ké""y"));
        INSERT INTO "tä""b\nle\; ' $1 :x @y" SELECT 'é' || g, g, g, 'ü\' FROM generate_series(1, 20) g;
        CREATE TABLE "öff""en
        zwei" ("place" text, "w" text);
        INSERT INTO "öff""en
        zwei" SELECT 'ä' || g, E'\t\\' FROM generate_series(1, 20) g;
        CREATE TYPE mood AS ENUM ('bad', 'höher', 'good');
        CREATE DOMAIN feeling AS mood;
        CREATE DOMAIN level AS integer CHECK (value >= 0);
        CREATE TABLE kinds (mood mood, feeling feeling, name citext, level level, code "char", price money, list integer[],
                            rest text, PRIMARY KEY (name, mood, level, code, price, list));
        CREATE TABLE felt (feeling feeling PRIMARY KEY);
        INSERT INTO felt SELECT unnest(enum_range(NULL::mood));
        INSERT INTO kinds SELECT (enum_range(NULL::mood))[1 + g % 3], 'good', 'Näme' || g, g, 'x', g, ARRAY[g], 'r'
        FROM generate_series(1, 30) g;
        CREATE TABLE spread (mood mood, n integer, PRIMARY KEY (mood, n)) PARTITION BY HASH (mood);
        CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE spread_1 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE keyless (mood mood, n integer) PARTITION BY HASH (mood);
        CREATE TABLE keyless_0 PARTITION OF keyless FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE keyless_1 PARTITION OF keyless FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO spread SELECT (enum_range(NULL::mood))[1 + g % 3], g FROM generate_series(1, 30) g;
        INSERT INTO keyless SELECT (enum_range(NULL::mood))[1 + g % 3], g % 4 FROM generate_series(1, 30) g;
        CREATE TABLE made (n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED PRIMARY KEY);
        INSERT INTO made SELECT generate_series(1, 20);
        CREATE TABLE places (id integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, place integer UNIQUE,
                             boss integer REFERENCES places (place) ON DELETE CASCADE);
        INSERT INTO places SELECT g, g, nullif(g / 2, 0) FROM generate_series(1, 20) g;
        CREATE TABLE turns (id integer PRIMARY KEY DEFERRABLE, turn integer UNIQUE DEFERRABLE, v text);
        INSERT INTO turns SELECT g, g, 'v' || g FROM generate_series(1, 20) g;
        CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;
        CREATE TRIGGER "a ""stätement" BEFORE INSERT OR DELETE ON turns EXECUTE FUNCTION stop();
        CREATE VIEW seen AS SELECT * FROM turns;
        CREATE TRIGGER instead INSTEAD OF DELETE ON seen FOR EACH ROW EXECUTE FUNCTION stop();
        CREATE TABLE identity (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text);
        INSERT INTO identity (v) SELECT 'v' FROM generate_series(1, 10);
        """;

    public const string OddDamage = """
        UPDATE "tä""b\nle\; ' $1 :x @y" SET w = -1 WHERE r < 5;
        DELETE FROM "tä""b\nle\; ' $1 :x @y" WHERE r = 7;
        UPDATE "öff""en
        zwei" SET w = NULL WHERE place < 'ä3';
        UPDATE kinds SET name = upper(name::text) WHERE level % 2 = 0;
        UPDATE kinds SET rest = 'ß' WHERE level % 3 = 0;
        DELETE FROM felt WHERE feeling::mood = 'bad';
        DELETE FROM spread WHERE n < 4;
        INSERT INTO spread SELECT mood, n + 100 FROM spread WHERE n > 25;
        INSERT INTO keyless TABLE keyless;
        DELETE FROM keyless WHERE n = 2;
        UPDATE made SET n = -n WHERE n < 5;
        DELETE FROM places WHERE id = 3;
        INSERT INTO places VALUES (30, 30, 1), (31, 31, 30);
        UPDATE turns SET id = 3 - id, turn = 3 - turn WHERE id IN (1, 2);
        UPDATE identity SET v = 'w' WHERE id < 3;
        """;
}
