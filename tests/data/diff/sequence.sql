-- case: sequences with every option
-- old
CREATE SEQUENCE s1;
CREATE SEQUENCE s2 AS integer INCREMENT 2 MINVALUE 5 MAXVALUE 100 START 10 CACHE 3 CYCLE;
CREATE SEQUENCE gone;
-- new
CREATE SEQUENCE s1 AS smallint INCREMENT -1 CACHE 5;
CREATE SEQUENCE s2;
CREATE SEQUENCE s3 MINVALUE -10 START -10;
COMMENT ON SEQUENCE s3 IS 'three';

-- case: bounds that shut out the old start
-- old
CREATE SEQUENCE s;
-- new
CREATE SEQUENCE s MINVALUE 100 MAXVALUE 200;

-- case: an unlogged sequence
-- old
CREATE SEQUENCE s;
CREATE UNLOGGED SEQUENCE u;
-- new
CREATE UNLOGGED SEQUENCE s;
CREATE SEQUENCE u;

-- case: ownership moves
-- old
CREATE TABLE a (id integer);
CREATE TABLE b (id integer);
CREATE SEQUENCE s OWNED BY a.id;
CREATE SEQUENCE r;
-- new
CREATE TABLE a (id integer);
CREATE TABLE b (id integer);
CREATE SEQUENCE s OWNED BY b.id;
CREATE SEQUENCE r OWNED BY a.id;

-- case: a sequence outlives its table
-- old
CREATE TABLE a (id serial);
-- new
CREATE SEQUENCE a_id_seq AS integer;
CREATE TABLE b (id integer DEFAULT nextval('a_id_seq'));

-- case: an owned sequence has another name
-- old
CREATE SEQUENCE old_name AS integer;
CREATE TABLE t (id integer DEFAULT nextval('old_name') NOT NULL);
ALTER SEQUENCE old_name OWNED BY t.id;
-- new
CREATE SEQUENCE new_name AS integer;
CREATE TABLE t (id integer DEFAULT nextval('new_name') NOT NULL);
ALTER SEQUENCE new_name OWNED BY t.id;

-- case: two tables draw from one sequence
-- old
-- new
CREATE SEQUENCE s;
CREATE TABLE a (id bigint DEFAULT nextval('s') PRIMARY KEY);
CREATE TABLE b (id bigint DEFAULT nextval('s') PRIMARY KEY);
