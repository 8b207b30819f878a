-- Large objects as rows: (oid, page, bytes), 256 KB a page. A hole reads as zeros, an empty object has no row.
-- The descriptor's mode 0x40000 is INV_READ; OFFSET 0 keeps open, seek and close in this order. Naming m.oid in each
-- step keeps the planner's Memoize from answering with the size of another object that had the same descriptor (seen).
SELECT m.oid, page.number, lo_get(m.oid, page.number * 262144, 262144)
FROM pg_largeobject_metadata m
CROSS JOIN LATERAL (SELECT lo_open(m.oid, 262144) AS descriptor OFFSET 0) opened
CROSS JOIN LATERAL (SELECT lo_lseek64(opened.descriptor, 0, 2) AS size WHERE m.oid > 0 OFFSET 0) measured
CROSS JOIN LATERAL (SELECT measured.size, lo_close(opened.descriptor) AS done WHERE m.oid > 0 OFFSET 0) closed
CROSS JOIN LATERAL generate_series(0, (closed.size - 1) / 262144) page (number)
WHERE closed.done = 0 AND closed.size > 0
