#pragma once

/// A schema whose dump has everything that is hard to cut, and rows whose text imitates the marks of a dump.
inline constexpr const char* k_dump_schema = R"sql(
CREATE SCHEMA "Odd; name";
CREATE TYPE mood AS ENUM ('it''s; ok', 'back\slash', '$$');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  body text DEFAULT E'a\'; b\\ -- c',
  doubled int GENERATED ALWAYS AS (length(body) * 2) STORED,
  feeling mood,
  size positive
);
CREATE TABLE "Odd; name"."t""able;" ("from" text, "stdin;" int REFERENCES public.notes (id) DEFERRABLE);
CREATE UNLOGGED TABLE "copy" ("end" int, "case" int);
CREATE TABLE parts (day date NOT NULL, n int) PARTITION BY RANGE (day);
CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE UNIQUE INDEX ON notes (lower(body)) WHERE body <> ';';
CREATE VIEW v AS SELECT CASE WHEN id > 1 THEN ';' ELSE 'END' END AS "end", id FROM notes;
CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM notes;
CREATE FUNCTION quoted(a int) RETURNS text LANGUAGE plpgsql AS $body$
BEGIN -- it's; $$
  IF a > 0 THEN RETURN $x$;$x$ || E'\';'; END IF;
  RETURN '$_$';
END;
$body$;
CREATE FUNCTION atomic(a int, "end" int) RETURNS int LANGUAGE sql BEGIN ATOMIC
  INSERT INTO "copy" SELECT CASE a WHEN 1 THEN 2 ELSE CASE WHEN a > 2 THEN 3 END END, 1;
  SELECT "case" AS "end" FROM "copy" WHERE "end" = atomic."end";
  SELECT (SELECT 1 WHERE a > 1) + 1;
END;
CREATE PROCEDURE nothing() LANGUAGE sql BEGIN ATOMIC END;
CREATE FUNCTION returned(a int) RETURNS int LANGUAGE sql RETURN CASE WHEN a > 1 THEN 1 ELSE 0 END;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.body := NEW.body || '';''; RETURN NEW; END';
CREATE TRIGGER stamp BEFORE UPDATE OF body ON notes FOR EACH ROW WHEN (OLD.body <> ';') EXECUTE FUNCTION stamp();
CREATE RULE "both" AS ON DELETE TO "copy" DO ALSO (INSERT INTO parts VALUES ('2026-02-02', 1); NOTIFY gone);
CREATE POLICY mine ON notes USING (body = current_user);
COMMENT ON TABLE notes IS E'two\nlines; \\restrict $$ ''';
COMMENT ON FUNCTION quoted(int) IS '\.';

INSERT INTO notes (body, feeling, size) VALUES
  (E'\\.', 'it''s; ok', 1), (E'a\n\\.\nb', 'back\slash', 2), (E'\t\r\n\b\f\v', '$$', 3), ('it''s; "x" $$ /* -- ', NULL, 4),
  ('', NULL, NULL), (NULL, NULL, NULL), ('\N', NULL, NULL), (E'\\connect postgres', NULL, NULL),
  (U&'\00E4\540D\+01F600', NULL, NULL), ('COPY t FROM stdin;', NULL, NULL), (repeat('long;\', 20000), NULL, NULL);
INSERT INTO "Odd; name"."t""able;" SELECT body, id FROM notes;
INSERT INTO "copy" VALUES (1, 2);
INSERT INTO parts SELECT '2026-03-01'::date + n, n FROM generate_series(1, 50) AS n;
REFRESH MATERIALIZED VIEW mv;
)sql";
