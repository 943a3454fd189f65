#pragma once
#include <string_view>

/// Every construct that has fooled a splitter of SQL, in one script.
inline constexpr std::string_view k_nasty_script = R"nasty(-- header; with 'quotes" and $$
\restrict Tok3n
SET standard_conforming_strings = on;
CREATE TABLE "se;mi""colon" (a text DEFAULT ';', b int CHECK (b > 0)); /* block ; /* nested ' */ " */
INSERT INTO t VALUES ('it''s;', E'a\';b\\', U&'d!0061;t' UESCAPE '!', B'01', X'1F', N'n;', $$;$$, $t$ $$;$u$ $t$);
SELECT E'one\'' -- joined; with the next
  'two\';three', 1e-5, 0x1F, 1.5, .5, $1, a$b, größe::numeric(10,2), x[1:2], a->>'b', :'var', :"var" FROM 名前;
CREATE OR REPLACE FUNCTION f(a int, OUT b int) LANGUAGE plpgsql AS $body$
BEGIN; -- $b$ it's
  EXECUTE 'SELECT ''$$;''';
END
$body$;
CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC
  SELECT CASE WHEN x > 1 THEN CASE x WHEN 2 THEN 3 END ELSE (SELECT 1 AS end) END;
  INSERT INTO t (a) VALUES ('END;');
  SELECT 1;
END;
COPY public."t;" (a, "b;") FROM stdin WITH (FORMAT text, NULL '\N');
1	it's; -- "nasty" $$ /* \. \\.
\N	\.x

\.

CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); NOTIFY c);;
BEGIN; SAVEPOINT s; ROLLBACK TO s; COMMIT;
ALTER TABLE t DETACH PARTITION p CONCURRENTLY;
CREATE TABLE later (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, CHECK (a > 0) NOT ENFORCED);
\unrestrict Tok3n
SELECT 'last', (1 + 2) * 3 -- without a semicolon)nasty";
