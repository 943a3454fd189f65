-- case: views come, go and change
-- old
CREATE TABLE t (a integer, b text);
CREATE VIEW gone AS SELECT a FROM t;
CREATE VIEW appended AS SELECT a FROM t;
CREATE VIEW reordered AS SELECT a, b FROM t;
CREATE VIEW body AS SELECT a FROM t WHERE a > 0;
-- new
CREATE TABLE t (a integer, b text);
CREATE VIEW fresh AS SELECT a FROM t;
CREATE VIEW appended AS SELECT a, b FROM t;
CREATE VIEW reordered AS SELECT b, a FROM t;
CREATE VIEW body AS SELECT a FROM t WHERE a > 1;

-- case: options
-- old
CREATE TABLE t (a integer);
CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t WHERE a > 0;
CREATE VIEW w AS SELECT a FROM t WHERE a > 0;
CREATE VIEW x AS SELECT a FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;
-- new
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t WHERE a > 0;
CREATE VIEW w WITH (security_invoker) AS SELECT a FROM t WHERE a > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW x WITH (security_barrier) AS SELECT a FROM t WHERE a > 3 WITH CASCADED CHECK OPTION;

-- case: what hangs on a view that is replaced
-- old
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN v.a IS 'v.a';
ALTER VIEW v ALTER COLUMN a SET DEFAULT 7;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON UPDATE TO v DO INSTEAD NOTHING;
COMMENT ON RULE r ON v IS 'rule';
CREATE VIEW w AS SELECT a FROM v;
GRANT SELECT ON w TO pg_read_all_data;
CREATE FUNCTION rows_of() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM public.v';
-- new
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT b, a FROM t;
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN v.a IS 'v.a';
ALTER VIEW v ALTER COLUMN a SET DEFAULT 7;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON UPDATE TO v DO INSTEAD NOTHING;
COMMENT ON RULE r ON v IS 'rule';
CREATE VIEW w AS SELECT a FROM v;
GRANT SELECT ON w TO pg_read_all_data;
CREATE FUNCTION rows_of() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM public.v';

-- case: materialized views
-- old
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m1 AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m2 WITH (fillfactor = 70) AS SELECT b FROM t;
CREATE INDEX m2_b ON m2 (b);
COMMENT ON INDEX m2_b IS 'index';
-- new
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m1 AS SELECT a, b FROM t WITH NO DATA;
CREATE UNIQUE INDEX m1_a ON m1 (a);
CREATE MATERIALIZED VIEW m2 WITH (fillfactor = 80, autovacuum_enabled = false) AS SELECT b FROM t;
CREATE INDEX m2_b ON m2 (b);
COMMENT ON INDEX m2_b IS 'index';
COMMENT ON MATERIALIZED VIEW m2 IS 'two';

-- case: a view becomes a table and a table a view
-- old
CREATE TABLE base (a integer);
CREATE VIEW x AS SELECT a FROM base;
CREATE TABLE y (a integer);
CREATE MATERIALIZED VIEW z AS SELECT a FROM base;
-- new
CREATE TABLE base (a integer);
CREATE TABLE x (a integer);
CREATE VIEW y AS SELECT a FROM base;
CREATE VIEW z AS SELECT a FROM base;

-- case: recursive and wide
-- old
-- new
CREATE TABLE t (id integer, parent integer);
CREATE RECURSIVE VIEW r (id, depth) AS SELECT id, 0 FROM t WHERE parent IS NULL UNION ALL SELECT t.id, depth + 1 FROM t JOIN r ON parent = r.id;
CREATE VIEW names (x, "Y z") AS SELECT 1, 'a'::text;
