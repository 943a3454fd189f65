-- case: indexes of every kind
-- old
CREATE TABLE t (a integer, b text, c int4range, d text[]);
CREATE INDEX gone ON t (a);
-- new
CREATE TABLE t (a integer, b text, c int4range, d text[]);
CREATE INDEX i1 ON t (a DESC NULLS LAST, b COLLATE "C" text_pattern_ops);
CREATE UNIQUE INDEX i2 ON t (lower(b)) INCLUDE (a) WHERE a > 0;
CREATE INDEX i3 ON t USING gist (c);
CREATE INDEX i4 ON t USING gin (d) WITH (fastupdate = off);
CREATE INDEX i5 ON t USING brin (a) WITH (pages_per_range = 64);
CREATE INDEX i6 ON t USING hash (b);
CREATE UNIQUE INDEX i7 ON t (a) NULLS NOT DISTINCT;
COMMENT ON INDEX i1 IS 'one';

-- case: an index changes
-- old
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b) WITH (fillfactor = 70);
-- new
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a, b);
CREATE INDEX j ON t (b) WITH (fillfactor = 80);

-- case: cluster and statistics
-- old
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (lower(b));
ALTER TABLE t CLUSTER ON i;
-- new
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (lower(b));
ALTER INDEX j ALTER COLUMN 1 SET STATISTICS 200;
ALTER TABLE t CLUSTER ON j;

-- case: the index of the replica identity changes
-- old
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
-- new
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a, b);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;

-- case: a constraint becomes an index of its name
-- old
CREATE TABLE t (a integer, CONSTRAINT same UNIQUE (a));
-- new
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX same ON t (a);
