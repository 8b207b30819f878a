-- The benchmark's second table: 3 million orders by default (psql -v orders=N), about 250 bytes each, of the types that
-- applications use. Deterministic: the same rows every time.
\if :{?orders}
\else
  \set orders 3000000
\endif
DROP TABLE IF EXISTS orders;
CREATE TABLE orders (
    id bigint NOT NULL,
    customer_id integer NOT NULL,
    status text NOT NULL,
    total numeric(12, 2) NOT NULL,
    placed_at timestamptz NOT NULL,
    reference uuid NOT NULL,
    note text,
    attributes jsonb NOT NULL,
    tags text[] NOT NULL,
    quantities integer[] NOT NULL
);
INSERT INTO orders
SELECT i,
       (i * 7919) % 200000,
       (ARRAY['new', 'paid', 'packed', 'shipped', 'returned'])[1 + (i * 31) % 5],
       ((i * 104729) % 10000000) / 100.0,
       timestamptz '2024-01-01 00:00:00+00' + i * interval '13 seconds',
       md5('order ' || i)::uuid,
       CASE WHEN i % 3 = 0 THEN 'Please leave the parcel with neighbour number ' || (i % 97) END,
       jsonb_build_object('channel', (ARRAY['web', 'app', 'phone'])[1 + i % 3], 'coupon', i % 11 = 0, 'weight', (i % 5000) / 10.0),
       ARRAY['tag' || (i % 13), 'tag' || (i % 29)],
       ARRAY[(i % 5)::int, (i % 17)::int, (i % 23)::int]
FROM generate_series(1, :orders::bigint) i;
ALTER TABLE orders ADD PRIMARY KEY (id);
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders (placed_at);
VACUUM (FREEZE, ANALYZE) orders;
