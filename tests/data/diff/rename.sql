-- case: a table
-- rename: table public.users -> people
-- old
CREATE TABLE users (id serial PRIMARY KEY, email text);
CREATE INDEX users_email ON users (lower(email));
CREATE TABLE posts (user_id integer REFERENCES users);
CREATE VIEW v AS SELECT users.id, email FROM users;
CREATE FUNCTION f(users) RETURNS text LANGUAGE sql AS 'SELECT $1.email';
-- new
CREATE TABLE people (id serial PRIMARY KEY, email text, fresh integer);
CREATE INDEX people_email ON people (lower(email));
CREATE TABLE posts (user_id integer REFERENCES people);
CREATE VIEW v AS SELECT people.id, email FROM people;
CREATE FUNCTION f(people) RETURNS text LANGUAGE sql AS 'SELECT $1.email';

-- case: a column
-- rename: column public.t.email -> mail
-- old
CREATE TABLE t (id integer, email text NOT NULL DEFAULT 'x', CHECK (email <> ''), UNIQUE (email));
CREATE INDEX i ON t (lower(email)) WHERE email > 'a';
CREATE POLICY p ON t USING (email = 'a');
-- new
CREATE TABLE t (id integer, mail text DEFAULT 'y', CHECK (mail <> ''), UNIQUE (mail));
CREATE INDEX i ON t (lower(mail)) WHERE mail > 'a';
CREATE POLICY p ON t USING (mail = 'a');

-- case: a schema
-- rename: schema app -> core
-- old
CREATE SCHEMA app;
CREATE TYPE app.e AS ENUM ('a');
CREATE TABLE app.t (id serial PRIMARY KEY, e app.e DEFAULT 'a');
CREATE VIEW app.v AS SELECT id FROM app.t;
-- new
CREATE SCHEMA core;
CREATE TYPE core.e AS ENUM ('a');
CREATE TABLE core.t (id serial PRIMARY KEY, e core.e DEFAULT 'a');
CREATE VIEW core.v AS SELECT id FROM core.t;

-- case: a table and a column of it
-- rename: table public.a -> b
-- rename: column public.a.x -> y
-- old
CREATE TABLE a (x integer PRIMARY KEY);
-- new
CREATE TABLE b (y bigint PRIMARY KEY);

-- case: types, sequences, views and routines
-- rename: enum type public.e -> e2
-- rename: domain public.d -> d2
-- rename: composite type public.c -> c2
-- rename: sequence public.s -> s2
-- rename: view public.v -> v2
-- rename: materialized view public.m -> m2
-- old
CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TYPE c AS (a e);
CREATE SEQUENCE s;
CREATE TABLE t (a e DEFAULT 'a', b d, c c, n bigint DEFAULT nextval('s'));
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
CREATE MATERIALIZED VIEW m AS SELECT a FROM v;
-- new
CREATE TYPE e2 AS ENUM ('a');
CREATE DOMAIN d2 AS text CONSTRAINT d_check CHECK (VALUE <> '');
CREATE TYPE c2 AS (a e2);
CREATE SEQUENCE s2;
CREATE TABLE t (a e2 DEFAULT 'a', b d2, c c2, n bigint DEFAULT nextval('s2'));
CREATE VIEW v2 AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v2;
CREATE MATERIALIZED VIEW m2 AS SELECT a FROM v2;
