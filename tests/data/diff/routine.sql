-- case: functions with every clause
-- old
CREATE FUNCTION gone() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f1(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f1(a integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 5 AS 'SELECT 2';
CREATE FUNCTION f2(a integer DEFAULT 1, VARIADIC b text[] DEFAULT '{}') RETURNS SETOF integer LANGUAGE plpgsql SECURITY DEFINER ROWS 50
  SET search_path = 'public', 'pg_temp' SET work_mem = '1MB' AS $$ BEGIN RETURN NEXT a; END $$;
CREATE FUNCTION f3(OUT x integer, OUT y text) LANGUAGE sql BEGIN ATOMIC SELECT 1 AS x, 'a'::text AS y; END;
CREATE FUNCTION f4() RETURNS TABLE (a integer, b text) LANGUAGE sql AS $q$ SELECT 1, $$x$$ $q$;
COMMENT ON FUNCTION f2(integer, text[]) IS 'two';
CREATE FUNCTION "F five"("A b" integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- case: signature and result change
-- old
CREATE FUNCTION f1(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f2(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f3(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f4(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f2(1) AS x;
COMMENT ON FUNCTION f2(integer) IS 'kept';
-- new
CREATE FUNCTION f1(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f2(a integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION f3(b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f4(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f2(1) AS x;
COMMENT ON FUNCTION f2(integer) IS 'kept';

-- case: all that stands on a function that is replaced
-- old
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE t (a integer DEFAULT f(1), b integer GENERATED ALWAYS AS (f(2)) STORED, CONSTRAINT c CHECK (f(a) > 0));
CREATE INDEX i ON t (f(a));
CREATE POLICY p ON t USING (f(a) = 1);
CREATE MATERIALIZED VIEW m AS SELECT f(a) AS x FROM t;
-- new
CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE t (a integer DEFAULT f(1), b integer GENERATED ALWAYS AS (f(2)) STORED, CONSTRAINT c CHECK (f(a) > 0));
CREATE INDEX i ON t (f(a));
CREATE POLICY p ON t USING (f(a) = 1);
CREATE MATERIALIZED VIEW m AS SELECT f(a) AS x FROM t;

-- case: procedures
-- old
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE PROCEDURE gone() LANGUAGE sql AS '';
-- new
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE PROCEDURE q(INOUT a integer, b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN a := 1; END';
COMMENT ON PROCEDURE q(integer, text) IS 'q';

-- case: a function becomes a procedure
-- old
CREATE FUNCTION x(a integer) RETURNS void LANGUAGE sql AS '';
-- new
CREATE PROCEDURE x(a integer) LANGUAGE sql AS '';

-- case: aggregates
-- old
CREATE AGGREGATE a1(integer) (sfunc = int4pl, stype = integer, initcond = '0');
CREATE AGGREGATE gone(integer) (sfunc = int4pl, stype = integer);
-- new
CREATE AGGREGATE a1(integer) (sfunc = int4pl, stype = integer, initcond = '5');
CREATE FUNCTION acc(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION fin(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE AGGREGATE a2(integer) (sfunc = acc, stype = integer, finalfunc = fin, combinefunc = int4pl, initcond = '0', parallel = safe);
CREATE AGGREGATE a3(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, sortop = <);
CREATE AGGREGATE a4(float8 ORDER BY anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
CREATE AGGREGATE a5(*) (sfunc = int8inc, stype = bigint, initcond = '0');
COMMENT ON AGGREGATE a5(*) IS 'all';
CREATE VIEW v AS SELECT a2(x) FROM generate_series(1, 3) x;

-- case: functions over row types of new tables
-- old
-- new
CREATE TABLE t (a integer);
CREATE FUNCTION full_name(t) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.a::text';
CREATE FUNCTION later() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t';
CREATE TABLE u (x text DEFAULT full_name(NULL));

-- case: bodies that name what comes later
-- old
-- new
CREATE TABLE z (a integer);
CREATE FUNCTION a_first() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.z';
CREATE FUNCTION b_atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM z; END;
CREATE FUNCTION a_calls() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT b_atomic(); END;
CREATE VIEW a_view AS SELECT a_calls() AS x;

-- case: a window function and a language
-- old
CREATE FUNCTION l() RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION l() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION w() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_row_number';
