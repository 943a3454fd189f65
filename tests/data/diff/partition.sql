-- case: partitions of every kind
-- old
-- new
CREATE TABLE r (id integer NOT NULL, at date NOT NULL, v text DEFAULT 'x', PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM ('2025-01-01') TO (MAXVALUE) PARTITION BY LIST (id);
CREATE TABLE r2a PARTITION OF r2 FOR VALUES IN (1, 2, 3);
CREATE TABLE r2d PARTITION OF r2 DEFAULT;
CREATE TABLE h (a integer) PARTITION BY HASH (a);
CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (fillfactor = 70);
CREATE TABLE h1 PARTITION OF h (a DEFAULT 5 NOT NULL) FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX r_v ON r (v);
CREATE INDEX r1_own ON r1 (v, id);
COMMENT ON TABLE r1 IS 'first';

-- case: a partition is added to a table with indexes
-- old
CREATE TABLE r (id integer, at date, CHECK (id > 0), UNIQUE (id)) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
CREATE INDEX r_at ON r (at);
-- new
CREATE TABLE r (id integer, at date, CHECK (id > 0), UNIQUE (id)) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
CREATE INDEX r_at ON r (at);
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (10) TO (20);

-- case: an index is added to a table with partitions
-- old
CREATE TABLE r (id integer, at date) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
-- new
CREATE TABLE r (id integer, at date) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
CREATE INDEX r_at ON r (at);
CREATE UNIQUE INDEX r_id ON r (id);

-- case: columns and constraints of a partitioned table
-- old
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE r (id integer, a integer DEFAULT 1, gone text) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
-- new
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE r (id integer, a bigint DEFAULT 2 NOT NULL, fresh text DEFAULT 'x', PRIMARY KEY (id), CHECK (a > 0), FOREIGN KEY (a) REFERENCES p) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);

-- case: bounds change, partitions are attached and detached
-- old
CREATE TABLE r (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (10) TO (20);
CREATE TABLE r3 (id integer NOT NULL);
-- new
CREATE TABLE r (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (5);
CREATE TABLE r2 (id integer NOT NULL);
CREATE TABLE r3 PARTITION OF r FOR VALUES FROM (10) TO (30);

-- case: a partition differs from its parent
-- old
CREATE TABLE r (id integer, a integer DEFAULT 1) PARTITION BY LIST (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1);
-- new
CREATE TABLE r (id integer, a integer DEFAULT 1) PARTITION BY LIST (id);
CREATE TABLE r1 PARTITION OF r (a DEFAULT 2 NOT NULL, CONSTRAINT own CHECK (a > 1)) FOR VALUES IN (1);
CREATE TABLE r2 PARTITION OF r FOR VALUES IN (2);
ALTER TABLE r2 ALTER COLUMN a DROP DEFAULT;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g AFTER INSERT ON r FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER own AFTER INSERT ON r1 FOR EACH ROW EXECUTE FUNCTION f();

-- case: the partition key changes
-- old
CREATE TABLE r (id integer, a integer) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
CREATE VIEW v AS SELECT id FROM r;
-- new
CREATE TABLE r (id integer, a integer) PARTITION BY RANGE (a);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
CREATE VIEW v AS SELECT id FROM r;

-- case: inheritance
-- old
CREATE TABLE p (a integer, b text DEFAULT 'x', CHECK (a > 0));
CREATE TABLE c1 (c integer) INHERITS (p);
CREATE TABLE c2 (a integer, b text, CHECK (a > 0));
CREATE TABLE c3 () INHERITS (p);
-- new
CREATE TABLE p (a bigint, b text DEFAULT 'y', d date, CHECK (a > 1));
CREATE TABLE c1 (c integer) INHERITS (p);
CREATE TABLE q (z integer);
CREATE TABLE c4 (b text DEFAULT 'own') INHERITS (p, q);
CREATE TABLE c5 (CONSTRAINT mine CHECK (z > 0)) INHERITS (q);
COMMENT ON COLUMN c5.z IS 'inherited';

-- case: inheritance is taken on and given up
-- old
CREATE TABLE p (a integer);
CREATE TABLE c1 (a integer, b integer) ;
CREATE TABLE c2 (a integer) INHERITS (p);
-- new
CREATE TABLE p (a integer);
CREATE TABLE c1 (a integer, b integer) INHERITS (p);
CREATE TABLE c2 (a integer);

-- case: typed tables
-- old
CREATE TYPE y AS (a integer, b text);
CREATE TABLE t1 OF y;
-- new
CREATE TYPE y AS (a integer, b text);
CREATE TABLE t1 OF y (PRIMARY KEY (a));
CREATE TABLE t2 OF y (b WITH OPTIONS DEFAULT 'x' NOT NULL, CHECK (a > 0));
