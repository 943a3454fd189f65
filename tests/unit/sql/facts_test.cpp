#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;
using migrate::sql::TransactionControl;

TEST_CASE("a statement is known by the words a user knows", "[sql]") {
  const std::vector<std::pair<const char*, const char*>> known{
      {"create table t ()", "CREATE TABLE"},
      {"CREATE TEMP TABLE t ()", "CREATE TABLE"},
      {"CREATE UNLOGGED TABLE IF NOT EXISTS t ()", "CREATE TABLE"},
      {"CREATE TABLE t AS SELECT 1", "CREATE TABLE AS"},
      {"CREATE TABLE t (a, b) WITH (fillfactor = 10) AS EXECUTE q", "CREATE TABLE AS"},
      {"CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)", "CREATE TABLE"},
      {"CREATE UNIQUE INDEX ON t (a)", "CREATE INDEX"},
      {"CREATE OR REPLACE FUNCTION f() RETURNS int RETURN 1", "CREATE FUNCTION"},
      {"CREATE OR REPLACE RECURSIVE VIEW v (a) AS SELECT 1", "CREATE VIEW"},
      {"CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW"},
      {"CREATE CONSTRAINT TRIGGER a AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "CREATE TRIGGER"},
      {"CREATE EVENT TRIGGER a ON ddl_command_end EXECUTE FUNCTION f()", "CREATE EVENT TRIGGER"},
      {"CREATE TRUSTED PROCEDURAL LANGUAGE x HANDLER h", "CREATE LANGUAGE"},
      {"CREATE DEFAULT CONVERSION c FOR 'a' TO 'b' FROM f", "CREATE CONVERSION"},
      {"CREATE FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER"},
      {"CREATE FOREIGN TABLE t () SERVER s", "CREATE FOREIGN TABLE"},
      {"CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)", "CREATE TEXT SEARCH CONFIGURATION"},
      {"CREATE USER u", "CREATE USER"},
      {"CREATE USER MAPPING FOR u SERVER s", "CREATE USER MAPPING"},
      {"CREATE OPERATOR CLASS c FOR TYPE int USING btree AS STORAGE int", "CREATE OPERATOR CLASS"},
      {"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO u", "ALTER DEFAULT PRIVILEGES"},
      {"ALTER TYPE t ADD VALUE 'x'", "ALTER TYPE"},
      {"DROP OWNED BY u", "DROP OWNED"},
      {"DROP ACCESS METHOD m", "DROP ACCESS METHOD"},
      {"(SELECT 1) UNION SELECT 2", "SELECT"},
      {"WITH a AS (DELETE FROM t RETURNING *), b AS (SELECT 1) INSERT INTO u SELECT * FROM a", "INSERT"},
      {"WITH RECURSIVE a(n) AS (SELECT 1) SELECT * FROM a", "SELECT"},
      {"REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW"},
      {"START TRANSACTION READ ONLY", "START TRANSACTION"},
      {"PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"},
      {"PREPARE transaction AS SELECT 1", "PREPARE"},
      {"SECURITY LABEL ON TABLE t IS 'x'", "SECURITY LABEL"},
      {"COMMENT ON TABLE t IS 'x'", "COMMENT"},
      {"1 + 1", "statement"},
      {"CREATE", "CREATE"},
      {"CREATE OR REPLACE", "CREATE"},
  };
  for (const auto& [sql, kind] : known) {
    INFO(sql);
    CHECK(only(sql).kind == kind);
  }
}

TEST_CASE("transaction control is told apart", "[sql]") {
  const auto control = [](std::string_view sql) { return only(sql).control; };
  for (const char* sql : {"BEGIN", "begin work", "BEGIN ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION"}) {
    CHECK(control(sql) == TransactionControl::begins);
  }
  for (const char* sql : {"COMMIT", "END", "ROLLBACK", "ABORT WORK", "COMMIT AND CHAIN", "ROLLBACK TRANSACTION",
                          "PREPARE TRANSACTION 'x'", "COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'"}) {
    CHECK(control(sql) == TransactionControl::ends);
  }
  for (const char* sql :
       {"SAVEPOINT a", "RELEASE a", "RELEASE SAVEPOINT a", "ROLLBACK TO a", "ROLLBACK WORK TO SAVEPOINT a"}) {
    CHECK(control(sql) == TransactionControl::savepoint);
  }
  for (const char* sql : {"SET TRANSACTION READ ONLY", "SELECT 1", "PREPARE transaction AS SELECT 1", "SET LOCAL a = 1",
                          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "DO $$ BEGIN COMMIT; END $$"}) {
    CHECK(control(sql) == TransactionControl::none);
  }
}

TEST_CASE("transaction control is seen even in a statement the parser does not know", "[sql]") {
  const auto statement = only("COMMIT TRANSACTION NOW AND FOREVER");
  CHECK_FALSE(statement.parsed);
  CHECK(statement.control == TransactionControl::ends);
}

TEST_CASE("statements that refuse a transaction block are known", "[sql]") {
  for (const char* sql : {
           "CREATE INDEX CONCURRENTLY ON t (a)",
           "create unique index concurrently if not exists i on t (a)",
           "DROP INDEX CONCURRENTLY IF EXISTS i",
           "REINDEX INDEX CONCURRENTLY i",
           "REINDEX (VERBOSE, CONCURRENTLY) TABLE t",
           "REINDEX (CONCURRENTLY TRUE) TABLE t",
           "REINDEX DATABASE d",
           "REINDEX (VERBOSE) SYSTEM d",
           "REINDEX SCHEMA s",
           "VACUUM",
           "VACUUM (ANALYZE) t",
           "CREATE DATABASE d",
           "DROP DATABASE d WITH (FORCE)",
           "CREATE TABLESPACE x LOCATION '/x'",
           "DROP TABLESPACE x",
           "ALTER SYSTEM SET a = 1",
           "ALTER DATABASE d SET TABLESPACE x",
           "CLUSTER",
           "CLUSTER VERBOSE",
           "CLUSTER (VERBOSE)",
           "ALTER TABLE ONLY s.t DETACH PARTITION s.p CONCURRENTLY",
           "ALTER TABLE s.detach DETACH PARTITION p CONCURRENTLY",
           "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
           "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (enabled = false)",
           "DROP SUBSCRIPTION s",
           "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
           "ALTER SUBSCRIPTION s ADD PUBLICATION p",
           "DISCARD ALL",
           "COMMIT PREPARED 'x'",
       }) {
    INFO(sql);
    CHECK(only(sql).refuses_transaction);
  }
}

TEST_CASE("their harmless relatives do not refuse a transaction block", "[sql]") {
  for (const char* sql : {
           "CREATE INDEX i ON t (a)",
           "CREATE INDEX \"concurrently\" ON t (a)",
           "DROP INDEX i",
           "REINDEX TABLE t",
           "REINDEX (CONCURRENTLY OFF) TABLE t",
           "REINDEX (CONCURRENTLY = false, VERBOSE) INDEX i",
           "ANALYZE t",
           "ALTER DATABASE d SET default_tablespace = x",
           "ALTER DATABASE d OWNER TO u",
           "CLUSTER t",
           "CLUSTER VERBOSE t USING i",
           "CLUSTER (VERBOSE) t",
           "ALTER TABLE t DETACH PARTITION p",
           "ALTER TABLE t DETACH PARTITION p FINALIZE",
           "ALTER TABLE t ADD COLUMN concurrently_ int",
           "ALTER TYPE t ADD VALUE 'x' BEFORE 'y'",
           "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
           "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (enabled, create_slot = 'off')",
           "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
           "ALTER SUBSCRIPTION s ENABLE",
           "DISCARD TEMP",
           "COMMENT ON DATABASE d IS 'VACUUM'",
           "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
       }) {
    INFO(sql);
    const auto statement = only(sql);
    CHECK_FALSE(statement.refuses_transaction);
  }
}

TEST_CASE("plain DDL leaves the session as it was", "[sql]") {
  for (const char* sql : {
           "CREATE TABLE t (a text DEFAULT 'temp')",
           "CREATE UNLOGGED TABLE t ()",
           "CREATE TABLE temp (temporary int)",
           "CREATE UNIQUE INDEX ON t (lower(a))",
           "ALTER TABLE t ADD COLUMN a int, DROP COLUMN b",
           "DROP TABLE t, u",
           "CREATE VIEW v AS SELECT 1",
           "CREATE SCHEMA AUTHORIZATION u",
           "CREATE SCHEMA s CREATE TABLE t (a int)",
           "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('a', 'b', false); END $$",
           "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END",
           "CREATE TRIGGER a AFTER INSERT ON t EXECUTE FUNCTION f()",
           "COMMENT ON TABLE t IS 'x'",
           "GRANT SELECT ON t TO u",
           "REVOKE ALL ON t FROM u",
           "SECURITY LABEL ON TABLE t IS 'x'",
           "CREATE TYPE e AS ENUM ('a')",
           "ALTER TYPE e ADD VALUE 'b'",
           "CREATE INDEX CONCURRENTLY ON t (a)",
           "CREATE POLICY p ON t USING (true)",
           "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO u",
           "CREATE SEQUENCE s",
           "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
           "DROP OWNED BY u",
           "ALTER TABLE t VALIDATE CONSTRAINT c",
       }) {
    INFO(sql);
    const auto statement = only(sql);
    CHECK(statement.parsed);
    CHECK_FALSE(statement.touches_session);
  }
}

TEST_CASE("whatever may leave something in the session says so", "[sql]") {
  for (const char* sql : {
           "SET a = 1",
           "SET LOCAL a = 1",
           "RESET ALL",
           "SET ROLE u",
           "SET SESSION AUTHORIZATION u",
           "SELECT 1",
           "VALUES (1)",
           "SELECT 1 INTO t",
           "INSERT INTO t VALUES (1)",
           "UPDATE t SET a = 1",
           "DELETE FROM t",
           "TRUNCATE t",
           "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE",
           "COPY t TO STDOUT",
           "DO $$ BEGIN END $$",
           "CALL p()",
           "PREPARE q AS SELECT 1",
           "EXECUTE q",
           "DEALLOCATE ALL",
           "LISTEN c",
           "UNLISTEN *",
           "LOAD 'x'",
           "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
           "CREATE TEMP TABLE t ()",
           "CREATE TEMPORARY VIEW v AS SELECT 1",
           "CREATE OR REPLACE TEMP VIEW v AS SELECT 1",
           "CREATE LOCAL TEMPORARY TABLE t ()",
           "CREATE TEMP SEQUENCE s",
           "CREATE TABLE pg_temp.t ()",
           "CREATE FUNCTION \"pg_temp\".f() RETURNS int RETURN 1",
           "CREATE TABLE t AS SELECT 1",
           "CREATE MATERIALIZED VIEW v AS SELECT 1",
           "REFRESH MATERIALIZED VIEW v",
           "CREATE EXTENSION x",
           "ALTER EXTENSION x UPDATE",
           "EXPLAIN ANALYZE SELECT 1",
           "WITH a AS (SELECT 1) SELECT * FROM a",
           "(SELECT 1)",
           "DISCARD ALL",
           "BEGIN",
           "IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y",
           "ALTER TABLE pg_temp.t ADD COLUMN a int",
       }) {
    INFO(sql);
    CHECK(only(sql).touches_session);
  }
}
