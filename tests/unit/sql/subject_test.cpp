#include "migrate/sql/subject.hpp"

#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;
using migrate::sql::ObjectName;
using migrate::sql::ReindexTarget;
using migrate::sql::Subject;
using migrate::sql::subject_of;
using migrate::sql::SubjectKind;

namespace {

Subject subject(std::string_view sql) {
  const auto found = subject_of(sql, only(sql));
  INFO(sql);
  REQUIRE(found);
  return *found;
}

SubjectKind kind(std::string_view sql) {
  return subject(sql).kind;
}

bool is_unreadable(std::string_view sql) {
  return !subject_of(sql, only(sql));
}

}  // namespace

TEST_CASE("the index and the table of CREATE INDEX CONCURRENTLY are read", "[sql]") {
  const Subject plain = subject("CREATE INDEX CONCURRENTLY ix ON t (a)");
  CHECK(plain.kind == SubjectKind::create_index_concurrently);
  CHECK(plain.object == ObjectName{"", "ix"});
  CHECK(plain.table == ObjectName{"", "t"});
  CHECK_FALSE(plain.unique);
  CHECK_FALSE(plain.if_not_exists);

  const Subject full = subject(
      "create /* x */ unique index -- y\n Concurrently IF not EXISTS \"Ix \"\"1\"\"\" on only Public . \"T\" "
      "USING btree (lower(a))");
  CHECK(full.kind == SubjectKind::create_index_concurrently);
  CHECK(full.object == ObjectName{"", "Ix \"1\""});
  CHECK(full.table == ObjectName{"public", "T"});
  CHECK(full.unique);
  CHECK(full.if_not_exists);

  const Subject unnamed = subject("CREATE INDEX CONCURRENTLY ON s.t (a)");
  CHECK(unnamed.kind == SubjectKind::create_index_concurrently);
  CHECK(unnamed.object == ObjectName{});
  CHECK(unnamed.table == ObjectName{"s", "t"});

  CHECK(subject("CREATE INDEX CONCURRENTLY \"on\" ON \"only\" (a)").object.name == "on");
  CHECK(subject("CREATE INDEX CONCURRENTLY \"on\" ON \"only\" (a)").table.name == "only");
  CHECK(subject("CREATE INDEX CONCURRENTLY i ON db.s.t (a)").table == ObjectName{"s", "t"});
  CHECK(subject("CREATE INDEX CONCURRENTLY Größe ON U&\"t\" (a)").object.name == "größe");
}

TEST_CASE("a long name is the one PostgreSQL keeps", "[sql]") {
  const std::string long_name(70, 'X');
  CHECK(subject("CREATE INDEX CONCURRENTLY " + long_name + " ON t (a)").object.name == std::string(63, 'x'));
  std::string umlauts;
  for (int i = 0; i < 40; ++i) umlauts += "ü";
  CHECK(subject("DROP INDEX CONCURRENTLY a" + umlauts).object.name == "a" + umlauts.substr(0, 62));
  CHECK(subject("DROP INDEX CONCURRENTLY " + umlauts).object.name == umlauts.substr(0, 62));
}

TEST_CASE("the index of DROP INDEX CONCURRENTLY is read", "[sql]") {
  const Subject dropped = subject("DROP INDEX CONCURRENTLY IF EXISTS s.\"I\" CASCADE");
  CHECK(dropped.kind == SubjectKind::drop_index_concurrently);
  CHECK(dropped.object == ObjectName{"s", "I"});
  CHECK(dropped.if_exists);
  CHECK_FALSE(subject("DROP INDEX CONCURRENTLY i").if_exists);
  CHECK(kind("DROP INDEX CONCURRENTLY i, j") == SubjectKind::other);
  CHECK(kind("DROP INDEX i") == SubjectKind::other);
}

TEST_CASE("what REINDEX CONCURRENTLY works through is read", "[sql]") {
  const Subject index = subject("REINDEX INDEX CONCURRENTLY s.i");
  CHECK(index.kind == SubjectKind::reindex_concurrently);
  CHECK(index.target == ReindexTarget::index);
  CHECK(index.object == ObjectName{"s", "i"});
  const Subject table = subject("reindex (verbose, Concurrently) table \"T\"");
  CHECK(table.kind == SubjectKind::reindex_concurrently);
  CHECK(table.target == ReindexTarget::table);
  CHECK(table.table == ObjectName{"", "T"});
  CHECK(subject("REINDEX SCHEMA CONCURRENTLY s").target == ReindexTarget::schema);
  CHECK(subject("REINDEX SCHEMA CONCURRENTLY s").object.name == "s");
  CHECK(subject("REINDEX DATABASE CONCURRENTLY").target == ReindexTarget::database);
  CHECK(subject("REINDEX DATABASE CONCURRENTLY").object.name.empty());
  CHECK(kind("REINDEX (CONCURRENTLY true, TABLESPACE x) INDEX i") == SubjectKind::reindex_concurrently);
  CHECK(kind("REINDEX (CONCURRENTLY = off) INDEX i") == SubjectKind::rerunnable);
  CHECK(kind("REINDEX (CONCURRENTLY 'OFF') INDEX i") == SubjectKind::rerunnable);
  CHECK(kind("REINDEX (CONCURRENTLY 0) INDEX i") == SubjectKind::rerunnable);
  CHECK(kind("REINDEX (VERBOSE) TABLE t") == SubjectKind::rerunnable);
  CHECK(kind("REINDEX TABLE t") == SubjectKind::rerunnable);
}

TEST_CASE("the type and the value of ADD VALUE are read", "[sql]") {
  const Subject added = subject("ALTER TYPE s.\"Mood\" ADD VALUE 'it''s fine' BEFORE 'sad'");
  CHECK(added.kind == SubjectKind::add_enum_value);
  CHECK(added.object == ObjectName{"s", "Mood"});
  CHECK(added.member == "it's fine");
  CHECK_FALSE(added.if_not_exists);
  CHECK(subject("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'x'").if_not_exists);
  CHECK(subject("ALTER TYPE mood ADD /* a */ VALUE -- b\n $v$a'b$v$").member == "a'b");
  CHECK(subject("ALTER TYPE mood ADD VALUE E'it''s'").member == "it's");
  CHECK(subject("ALTER TYPE mood ADD VALUE 'a'\n 'b'").member == "ab");
  CHECK(is_unreadable("ALTER TYPE mood ADD VALUE E'a\\x41'"));
  CHECK(is_unreadable("ALTER TYPE mood ADD VALUE U&'\\0041'"));
  CHECK(is_unreadable("ALTER TYPE mood ADD VALUE"));
  CHECK(kind("ALTER TYPE mood RENAME VALUE 'a' TO 'b'") == SubjectKind::other);
}

TEST_CASE("the constraint of VALIDATE CONSTRAINT is read", "[sql]") {
  const Subject validated = subject("ALTER TABLE IF EXISTS ONLY s.t * VALIDATE CONSTRAINT \"C\"");
  CHECK(validated.kind == SubjectKind::validate_constraint);
  CHECK(validated.table == ObjectName{"s", "t"});
  CHECK(validated.member == "C");
  CHECK(validated.if_exists);
  CHECK(kind("ALTER TABLE t VALIDATE CONSTRAINT a, VALIDATE CONSTRAINT b") == SubjectKind::rerunnable);
  CHECK(kind("ALTER TABLE t VALIDATE CONSTRAINT a, DROP CONSTRAINT b") == SubjectKind::other);
  CHECK(kind("ALTER DOMAIN d VALIDATE CONSTRAINT c") == SubjectKind::rerunnable);
  CHECK(kind("ALTER DOMAIN d ADD CHECK (value > 0)") == SubjectKind::other);
}

TEST_CASE("the parent and the partition of DETACH are read", "[sql]") {
  const Subject detached = subject("ALTER TABLE s.parent DETACH PARTITION \"P 1\" CONCURRENTLY");
  CHECK(detached.kind == SubjectKind::detach_concurrently);
  CHECK(detached.table == ObjectName{"s", "parent"});
  CHECK(detached.partition == ObjectName{"", "P 1"});
  CHECK_FALSE(detached.finalize);
  CHECK(subject("ALTER TABLE parent DETACH PARTITION s.p FINALIZE").finalize);
  CHECK(subject("ALTER TABLE parent DETACH PARTITION s.p FINALIZE").partition == ObjectName{"s", "p"});
  CHECK(kind("ALTER TABLE parent DETACH PARTITION p") == SubjectKind::other);
}

TEST_CASE("what can be run again is told from what cannot", "[sql]") {
  for (const char* sql :
       {"VACUUM", "vacuum (full) t", "ANALYZE t", "REFRESH MATERIALIZED VIEW v",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "CLUSTER t USING i", "CHECKPOINT", "COMMENT ON TABLE t IS 'x'",
        "SET lock_timeout = 0", "SET LOCAL search_path TO a, b", "RESET ALL", "GRANT SELECT ON t TO u",
        "ALTER SYSTEM SET work_mem = '4MB'", "ALTER TABLE t ALTER COLUMN a SET STATISTICS 100",
        "ALTER TABLE t ALTER a SET STATISTICS 1, ALTER b SET (n_distinct = 5)",
        "ALTER TABLE t SET (fillfactor = 70)"}) {
    INFO(sql);
    CHECK(kind(sql) == SubjectKind::rerunnable);
  }
  for (const char* sql : {"CREATE TABLE t ()",
                          "CREATE INDEX i ON t (a)",
                          "CREATE DATABASE d",
                          "INSERT INTO t VALUES (1)",
                          "UPDATE t SET a = a + 1",
                          "SELECT f()",
                          "DO $$ BEGIN END $$",
                          "CALL p()",
                          "ALTER TABLE t ADD a int",
                          "ALTER TABLE t ALTER a SET STATISTICS 1, ADD b int",
                          "ALTER TABLE t SET SCHEMA s",
                          "ALTER TABLE t RENAME TO u",
                          "EXPLAIN ANALYZE DELETE FROM t",
                          "BEGIN",
                          "COMMIT",
                          "DROP TABLE t",
                          "TRUNCATE t",
                          "1 + 1",
                          "CREATE UNIQUE INDEX i ON t (a)",
                          "ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b"}) {
    INFO(sql);
    CHECK(kind(sql) == SubjectKind::other);
  }
}

TEST_CASE("a subject of a text that is cut anywhere is read or not", "[sql]") {
  int read = 0;
  for (const std::string_view sql : {
           "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"i\" ON ONLY s.\"t\" USING btree (a, (b + 1)) WHERE a > "
           "'x'",
           "DROP INDEX CONCURRENTLY IF EXISTS s.\"i\" RESTRICT",
           "REINDEX (VERBOSE, CONCURRENTLY off) TABLE s.\"t\"",
           "ALTER TYPE s.\"e\" ADD VALUE IF NOT EXISTS 'it''s' AFTER $q$b$q$",
           "ALTER TABLE IF EXISTS ONLY s.\"t\" * VALIDATE CONSTRAINT \"c\"",
           "ALTER TABLE s.\"t\" DETACH PARTITION s.\"p\" CONCURRENTLY",
           "ALTER TABLE t ALTER COLUMN \"a\" SET STATISTICS 100, ALTER b RESET (n_distinct)",
           "ALTER DOMAIN s.d VALIDATE CONSTRAINT c",
       }) {
    for (std::size_t length = 0; length <= sql.size(); ++length) {
      migrate::sql::Statement cut;
      cut.text = {0, length};
      read += subject_of(sql, cut) ? 1 : 0;
      cut.text = {length, sql.size() - length};
      read += subject_of(sql, cut) ? 1 : 0;
    }
  }
  CHECK(read > 100);
}
