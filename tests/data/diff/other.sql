-- case: schemas and what is in them
-- old
CREATE SCHEMA gone;
CREATE TABLE gone.t (id serial PRIMARY KEY);
CREATE TYPE gone.e AS ENUM ('a');
-- new
CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'application';
CREATE SCHEMA other;
CREATE TYPE other.e AS ENUM ('a');
CREATE TABLE other.t (id integer PRIMARY KEY, e other.e);
CREATE TABLE app.t (id integer REFERENCES other.t);
CREATE FUNCTION app.f() RETURNS other.e LANGUAGE sql AS 'SELECT ''a''::other.e';

-- case: extensions
-- old
CREATE SCHEMA x;
-- new
CREATE SCHEMA x;
CREATE EXTENSION citext WITH SCHEMA x;
CREATE EXTENSION pg_trgm;
CREATE TABLE t (a x.citext, b text);
CREATE INDEX i ON t USING gin (b gin_trgm_ops);

-- case: an extension moves
-- old
CREATE SCHEMA x;
CREATE EXTENSION citext;
-- new
CREATE SCHEMA x;
CREATE EXTENSION citext WITH SCHEMA x;

-- case: collations
-- old
CREATE COLLATION c1 (provider = icu, locale = 'de');
CREATE COLLATION gone (provider = libc, locale = 'C');
-- new
CREATE COLLATION c1 (provider = icu, locale = 'sv', deterministic = false);
CREATE COLLATION c2 (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
COMMENT ON COLLATION c2 IS 'two';
CREATE TABLE t (a text COLLATE c1);

-- case: statistics
-- old
CREATE TABLE t (a integer, b integer, c integer);
CREATE STATISTICS gone ON a, b FROM t;
CREATE STATISTICS s1 ON a, b FROM t;
-- new
CREATE TABLE t (a integer, b integer, c integer);
CREATE STATISTICS s1 (ndistinct, mcv) ON a, c FROM t;
CREATE STATISTICS s2 ON (a + b), (b * 2) FROM t;
ALTER STATISTICS s2 SET STATISTICS 50;
COMMENT ON STATISTICS s2 IS 'two';

-- case: publications
-- old
CREATE TABLE t (a integer PRIMARY KEY, b integer);
CREATE TABLE u (a integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION gone FOR ALL TABLES;
CREATE PUBLICATION p1 FOR TABLE t;
CREATE PUBLICATION p2 FOR TABLE t, u;
CREATE PUBLICATION p3;
-- new
CREATE TABLE t (a integer PRIMARY KEY, b integer);
CREATE TABLE u (a integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p1 FOR TABLE t (a, b) WHERE (a > 1), u WITH (publish = 'insert, update');
CREATE PUBLICATION p2;
CREATE PUBLICATION p3 FOR TABLES IN SCHEMA s WITH (publish_via_partition_root = true);
CREATE PUBLICATION p4 FOR ALL TABLES WITH (publish = 'delete');
COMMENT ON PUBLICATION p4 IS 'four';

-- case: a published table is made anew
-- old
CREATE TABLE t (a integer NOT NULL) PARTITION BY RANGE (a);
CREATE PUBLICATION p FOR TABLE t;
-- new
CREATE TABLE t (a integer NOT NULL) PARTITION BY LIST (a);
CREATE PUBLICATION p FOR TABLE t;

-- case: privileges
-- old
CREATE TABLE t (a integer, b integer);
CREATE SEQUENCE s;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
GRANT SELECT, INSERT ON t TO pg_monitor;
GRANT UPDATE (a) ON t TO pg_monitor;
-- new
CREATE TABLE t (a integer, b integer);
CREATE SEQUENCE s;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION;
GRANT UPDATE (b), SELECT (b) ON t TO pg_monitor;
GRANT USAGE ON SEQUENCE s TO PUBLIC;
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
CREATE SCHEMA x;
GRANT USAGE ON SCHEMA x TO pg_monitor;
CREATE TABLE x.t (a integer);
GRANT ALL ON x.t TO PUBLIC;
CREATE TYPE x.e AS ENUM ('a');
REVOKE USAGE ON TYPE x.e FROM PUBLIC;
CREATE DOMAIN x.d AS text;
GRANT USAGE ON DOMAIN x.d TO pg_monitor WITH GRANT OPTION;
CREATE PROCEDURE x.p() LANGUAGE sql AS '';
GRANT EXECUTE ON PROCEDURE x.p() TO pg_monitor;
CREATE VIEW x.v AS SELECT 1 AS a;
GRANT SELECT ON x.v TO pg_monitor;
CREATE AGGREGATE x.agg(integer) (sfunc = int4pl, stype = integer);
REVOKE EXECUTE ON FUNCTION x.agg(integer) FROM PUBLIC;

-- case: owners
-- old
CREATE TABLE t (a integer);
-- new
CREATE TABLE t (a integer);
ALTER TABLE t OWNER TO pg_monitor;
CREATE SCHEMA s AUTHORIZATION pg_monitor;
CREATE SEQUENCE s.q;
ALTER SEQUENCE s.q OWNER TO pg_monitor;
CREATE TYPE s.c AS (a integer);
ALTER TYPE s.c OWNER TO pg_monitor;
CREATE FUNCTION s.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION s.f() OWNER TO pg_monitor;
CREATE TABLE s.x (id serial);
ALTER TABLE s.x OWNER TO pg_monitor;

-- case: default privileges
-- old
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO pg_monitor;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO pg_monitor;
-- new
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT, INSERT ON TABLES TO pg_monitor WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO pg_monitor;
ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO pg_monitor;

-- case: foreign wrappers, servers, mappings and tables
-- old
CREATE FOREIGN DATA WRAPPER w1 OPTIONS (a '1', b '2');
CREATE SERVER s1 VERSION '1' FOREIGN DATA WRAPPER w1 OPTIONS (host 'x');
CREATE FOREIGN TABLE f1 (a integer, b text OPTIONS (k 'v')) SERVER s1 OPTIONS (t 'x');
CREATE USER MAPPING FOR PUBLIC SERVER s1 OPTIONS (username 'joe');
-- new
CREATE FOREIGN DATA WRAPPER w1 OPTIONS (b '3', c '4');
CREATE SERVER s1 VERSION '2' FOREIGN DATA WRAPPER w1 OPTIONS (port '1');
CREATE SERVER s2 TYPE 'kind' FOREIGN DATA WRAPPER w1;
CREATE FOREIGN TABLE f1 (a bigint NOT NULL, b text OPTIONS (k 'w', l 'x'), c date DEFAULT now()) SERVER s1 OPTIONS (u 'y');
CREATE FOREIGN TABLE f2 (a integer, CONSTRAINT c CHECK (a > 0)) SERVER s2;
CREATE USER MAPPING FOR PUBLIC SERVER s1 OPTIONS (username 'jim');
COMMENT ON FOREIGN TABLE f2 IS 'two';
COMMENT ON SERVER s2 IS 'server';
