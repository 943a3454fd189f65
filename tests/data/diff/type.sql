-- case: enums come and go
-- old
CREATE TYPE gone AS ENUM ('a');
CREATE TABLE t (a gone DEFAULT 'a');
-- new
CREATE TYPE mood AS ENUM ('sad', 'o''k', 'ha\ppy');
COMMENT ON TYPE mood IS 'how';
CREATE TABLE t (a mood DEFAULT 'sad', b mood[]);

-- case: values are added anywhere
-- old
CREATE TYPE mood AS ENUM ('b', 'd');
CREATE TABLE t (a mood DEFAULT 'b');
-- new
CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e', 'f');
CREATE TABLE t (a mood DEFAULT 'b');

-- case: an added value is used
-- old
CREATE TYPE mood AS ENUM ('b', 'd');
CREATE TABLE t (a mood DEFAULT 'b');
-- new
CREATE TYPE mood AS ENUM ('b', 'c', 'd');
CREATE TABLE t (a mood DEFAULT 'c', CONSTRAINT x CHECK (a <> 'c'));

-- case: a value is removed under everything
-- old
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer PRIMARY KEY, a mood DEFAULT 'a' NOT NULL, l mood[] DEFAULT '{b}', CHECK (a <> 'b'));
INSERT INTO t VALUES (1, 'a', '{a,b}');
CREATE INDEX t_a ON t (a) WHERE a = 'b';
CREATE INDEX t_plain ON t (a);
CREATE VIEW v AS SELECT a FROM t WHERE a = 'a';
CREATE VIEW w AS SELECT * FROM v;
CREATE MATERIALIZED VIEW m AS SELECT a, count(*) FROM t GROUP BY a;
CREATE INDEX m_a ON m (a);
CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
CREATE DOMAIN dm AS mood CHECK (VALUE <> 'b');
CREATE TYPE pair AS (x mood, y integer);
CREATE TABLE u (d dm, p pair);
COMMENT ON TYPE mood IS 'kept';
-- new
CREATE TYPE mood AS ENUM ('b', 'a');
CREATE TABLE t (id integer PRIMARY KEY, a mood DEFAULT 'a' NOT NULL, l mood[] DEFAULT '{b}', CHECK (a <> 'b'));
CREATE INDEX t_a ON t (a) WHERE a = 'b';
CREATE INDEX t_plain ON t (a);
CREATE VIEW v AS SELECT a FROM t WHERE a = 'a';
CREATE VIEW w AS SELECT * FROM v;
CREATE MATERIALIZED VIEW m AS SELECT a, count(*) FROM t GROUP BY a;
CREATE INDEX m_a ON m (a);
CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
CREATE DOMAIN dm AS mood CHECK (VALUE <> 'b');
CREATE TYPE pair AS (x mood, y integer);
CREATE TABLE u (d dm, p pair);
COMMENT ON TYPE mood IS 'kept';

-- case: an enum becomes text and text an enum
-- old
CREATE TYPE one AS ENUM ('a', 'b');
CREATE TABLE t (x one DEFAULT 'a', y text DEFAULT 'q');
-- new
CREATE TYPE two AS ENUM ('q', 'r');
CREATE TABLE t (x text DEFAULT 'a', y two DEFAULT 'q');

-- case: an unused enum loses values
-- old
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
-- new
CREATE TYPE mood AS ENUM ('c', 'a');

-- case: domains
-- old
CREATE DOMAIN d1 AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE DOMAIN d2 AS text NOT NULL CONSTRAINT gone CHECK (VALUE <> '');
CREATE DOMAIN d3 AS text;
CREATE TABLE t (a d1, b d2, c d3);
-- new
CREATE DOMAIN d1 AS integer DEFAULT 2 NOT NULL CHECK (VALUE > 1);
CREATE DOMAIN d2 AS text CONSTRAINT fresh CHECK (VALUE <> 'x');
CREATE DOMAIN d3 AS text DEFAULT 'x';
COMMENT ON DOMAIN d3 IS 'three';
COMMENT ON CONSTRAINT fresh ON DOMAIN d2 IS 'its check';
CREATE DOMAIN d4 AS varchar(5) COLLATE "C" DEFAULT 'y' NOT NULL CONSTRAINT c4 CHECK (VALUE ~ 'y');
CREATE TABLE t (a d1, b d2, c d3);

-- case: a domain gets another base type
-- old
CREATE DOMAIN d AS varchar(10) CHECK (VALUE <> '');
CREATE TABLE t (a d DEFAULT 'x', b d[]);
CREATE VIEW v AS SELECT a FROM t;
-- new
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TABLE t (a d DEFAULT 'x', b d[]);
CREATE VIEW v AS SELECT a FROM t;

-- case: a domain check that calls a function
-- old
CREATE FUNCTION ok(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
CREATE DOMAIN d AS integer CONSTRAINT c CHECK (ok(VALUE));
CREATE TABLE t (a d);
-- new
CREATE FUNCTION ok(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 1';
CREATE DOMAIN d AS integer CONSTRAINT c CHECK (ok(VALUE));
CREATE TABLE t (a d);

-- case: composites
-- old
CREATE TYPE c1 AS (a integer, b text);
CREATE TYPE c2 AS (a integer);
CREATE TABLE t (x c1);
COMMENT ON COLUMN c1.a IS 'a of c1';
-- new
CREATE TYPE c1 AS (a integer, d text COLLATE "C");
CREATE TYPE c2 AS (a bigint);
CREATE TYPE c3 AS (x c1, y c2[]);
CREATE TABLE t (x c1);
COMMENT ON COLUMN c1.d IS 'd of c1';

-- case: an attribute of a composite in use gets another type
-- old
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (x c, y c[]);
CREATE FUNCTION f(c) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- new
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t (x c, y c[]);
CREATE FUNCTION f(c) RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- case: ranges
-- old
CREATE TYPE r1 AS RANGE (subtype = float8);
CREATE TYPE r2 AS RANGE (subtype = text);
CREATE TABLE t (a r1);
-- new
CREATE TYPE r1 AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE r2 AS RANGE (subtype = text, collation = "C");
CREATE TYPE r3 AS RANGE (subtype = integer, multirange_type_name = many);
CREATE TABLE t (a r1);

-- case: renamed values
-- rename: enum value public.mood.sad -> blue
-- old
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a mood DEFAULT 'ok');
-- new
CREATE TYPE mood AS ENUM ('blue', 'ok');
CREATE TABLE t (a mood DEFAULT 'ok');

-- case: a type made of a type
-- old
-- new
CREATE TYPE e AS ENUM ('x');
CREATE DOMAIN d AS e;
CREATE TYPE c AS (d d);
CREATE DOMAIN dc AS c[];
CREATE TABLE t (a dc);
