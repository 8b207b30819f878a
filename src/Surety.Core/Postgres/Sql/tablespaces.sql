-- The tablespaces that relations of this database are in, besides the database's own.
SELECT DISTINCT t.spcname AS name
FROM pg_class c
JOIN pg_tablespace t ON t.oid = c.reltablespace
WHERE c.reltablespace <> 0 AND t.spcname <> 'pg_global'
ORDER BY 1;
