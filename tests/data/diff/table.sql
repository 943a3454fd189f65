-- case: a table comes with all that columns can have
-- old
-- new
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email varchar(100) COLLATE "C" NOT NULL UNIQUE,
  age integer DEFAULT 18 CHECK (age > 0),
  total numeric(10, 2) DEFAULT 0.0 NOT NULL,
  doubled numeric GENERATED ALWAYS AS (total * 2) STORED,
  tags text[] DEFAULT '{}'::text[],
  body text COMPRESSION pglz,
  made timestamptz DEFAULT now()
);
ALTER TABLE users ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE users ALTER COLUMN email SET STATISTICS 500;
ALTER TABLE users ALTER COLUMN email SET (n_distinct = -0.5);
COMMENT ON TABLE users IS 'who''s there';
COMMENT ON COLUMN users.email IS 'a\b';
COMMENT ON CONSTRAINT users_pkey ON users IS 'key';

-- case: tables refer to each other
-- old
CREATE TABLE kept (id integer PRIMARY KEY);
-- new
CREATE TABLE kept (id integer PRIMARY KEY);
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a, k integer REFERENCES kept ON DELETE CASCADE);
ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED;

-- case: storage parameters and persistence
-- old
CREATE TABLE t (id integer) WITH (fillfactor = 70, autovacuum_enabled = false);
CREATE UNLOGGED TABLE u (id integer);
-- new
CREATE TABLE t (id integer) WITH (fillfactor = 80, toast.autovacuum_enabled = false);
CREATE TABLE u (id integer);

-- case: row security and replica identity
-- old
CREATE TABLE t (id integer NOT NULL);
CREATE UNIQUE INDEX t_id ON t (id);
-- new
CREATE TABLE t (id integer NOT NULL);
CREATE UNIQUE INDEX t_id ON t (id);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_id;
CREATE TABLE new (id integer NOT NULL CONSTRAINT new_u UNIQUE);
ALTER TABLE new REPLICA IDENTITY USING INDEX new_u;
CREATE TABLE full_one (id integer);
ALTER TABLE full_one REPLICA IDENTITY FULL;

-- case: names that need quotes
-- old
CREATE TABLE "Sonder.Fall" ("a b" integer, "order" text);
-- new
CREATE TABLE "Sonder.Fall" ("a b" bigint DEFAULT 7, "order" text NOT NULL, "select" "char");
CREATE INDEX "i x" ON "Sonder.Fall" ("a b");
CREATE SCHEMA "My Schema";
CREATE TABLE "My Schema"."T" ("Id" serial PRIMARY KEY);
