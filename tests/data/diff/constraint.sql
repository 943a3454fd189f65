-- case: keys come and go
-- old
CREATE TABLE t (a integer NOT NULL, b integer, CONSTRAINT gone UNIQUE (b));
-- new
CREATE TABLE t (a integer NOT NULL, b integer, PRIMARY KEY (a), UNIQUE (a, b) INCLUDE (b));

-- case: every flag of a key
-- old
CREATE TABLE t (a integer NOT NULL, b integer, c integer, CONSTRAINT p PRIMARY KEY (a), CONSTRAINT u UNIQUE (b));
-- new
CREATE TABLE t (a integer NOT NULL, b integer, c integer,
  CONSTRAINT p PRIMARY KEY (a) INCLUDE (c) WITH (fillfactor = 70),
  CONSTRAINT u UNIQUE NULLS NOT DISTINCT (b) DEFERRABLE INITIALLY DEFERRED);

-- case: storage of the index of a key
-- old
CREATE TABLE t (a integer NOT NULL, CONSTRAINT p PRIMARY KEY (a) WITH (fillfactor = 70));
-- new
CREATE TABLE t (a integer NOT NULL, CONSTRAINT p PRIMARY KEY (a) WITH (fillfactor = 90));
ALTER TABLE t CLUSTER ON p;

-- case: checks
-- old
CREATE TABLE t (a integer, b integer, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (a < b));
-- new
CREATE TABLE t (a integer, b integer, CONSTRAINT one CHECK (a > 1), CONSTRAINT three CHECK (b > 3) NO INHERIT);

-- case: a check is validated
-- old
CREATE TABLE t (a integer);
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
-- new
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0));

-- case: a constraint that is not valid on a new table
-- old
-- new
CREATE TABLE u (id integer PRIMARY KEY);
CREATE TABLE t (a integer);
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u NOT VALID;

-- case: foreign keys with every action
-- old
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b), UNIQUE (a));
CREATE TABLE c (a integer, b integer, d integer,
  CONSTRAINT one FOREIGN KEY (a, b) REFERENCES p,
  CONSTRAINT two FOREIGN KEY (d) REFERENCES p (a) ON DELETE CASCADE);
-- new
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b), UNIQUE (a));
CREATE TABLE c (a integer, b integer, d integer,
  CONSTRAINT one FOREIGN KEY (a, b) REFERENCES p MATCH FULL ON UPDATE CASCADE ON DELETE RESTRICT,
  CONSTRAINT two FOREIGN KEY (d) REFERENCES p (a) ON DELETE SET DEFAULT DEFERRABLE,
  CONSTRAINT three FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));

-- case: a key that others refer to is replaced
-- old
CREATE TABLE p (a integer NOT NULL, b integer NOT NULL, CONSTRAINT p_key UNIQUE (a));
CREATE TABLE c (a integer REFERENCES p (a));
COMMENT ON CONSTRAINT c_a_fkey ON c IS 'kept';
-- new
CREATE TABLE p (a integer NOT NULL, b integer NOT NULL, CONSTRAINT p_key UNIQUE (a) INCLUDE (b));
CREATE TABLE c (a integer REFERENCES p (a));
COMMENT ON CONSTRAINT c_a_fkey ON c IS 'kept';

-- case: exclusion
-- old
CREATE TABLE t (r int4range, s int4range, CONSTRAINT e EXCLUDE USING gist (r WITH &&));
-- new
CREATE TABLE t (r int4range, s int4range,
  CONSTRAINT e EXCLUDE USING gist (r WITH &&, s WITH =) WHERE (s IS NOT NULL),
  CONSTRAINT f EXCLUDE USING gist (s WITH &&) DEFERRABLE);

-- case: only names differ
-- old
CREATE TABLE t (a integer, b integer, CONSTRAINT t_old PRIMARY KEY (a), CONSTRAINT c_old CHECK (b > 0), CONSTRAINT u_old UNIQUE (b));
CREATE TABLE r (a integer, CONSTRAINT f_old FOREIGN KEY (a) REFERENCES t);
CREATE INDEX i_old ON t (a, b);
-- new
CREATE TABLE t (a integer, b integer, CONSTRAINT t_new PRIMARY KEY (a), CONSTRAINT c_new CHECK (b > 0), CONSTRAINT u_new UNIQUE (b));
CREATE TABLE r (a integer, CONSTRAINT f_new FOREIGN KEY (a) REFERENCES t);
CREATE INDEX i_new ON t (a, b);

-- case: a check calls a function of its own table
-- old
-- new
CREATE TABLE t (a integer);
CREATE FUNCTION ok(t) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a > 0';
ALTER TABLE t ADD CONSTRAINT c CHECK (ok(t));

-- case: a default calls a function over its own table
-- old
-- new
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION next(t) RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER TABLE t ALTER COLUMN a SET DEFAULT next(NULL::t);

-- case: comments on the indexes of constraints
-- old
CREATE TABLE t (a integer PRIMARY KEY, b integer UNIQUE);
COMMENT ON INDEX t_pkey IS 'old';
-- new
CREATE TABLE t (a integer PRIMARY KEY, b integer UNIQUE);
COMMENT ON INDEX t_b_key IS 'of b';
CREATE TABLE u (a integer PRIMARY KEY);
COMMENT ON INDEX u_pkey IS 'of u';

-- case: an exclusion with storage parameters
-- old
CREATE TABLE t (r int4range);
-- new
CREATE TABLE t (r int4range, CONSTRAINT e EXCLUDE USING gist (r WITH &&) WITH (fillfactor = 70) WHERE (r IS NOT NULL));
