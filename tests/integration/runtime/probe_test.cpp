// What the catalog says of statements whose end nobody saw.
#include "migrate/runtime/probe.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "other_session.hpp"

namespace {

using namespace migrate;
using Catch::Contains;
using test::TempDatabase;
using Fate = runtime::ProbeAnswer::Fate;

/// A database and the answers it gives.
class Probed {
 public:
  explicit Probed(
      const std::string& sql = "CREATE TABLE t (id int, name text); INSERT INTO t VALUES (1, 'a'), (1, 'b')")
      : connection_(database_.connect()) {
    execute(sql);
  }

  void execute(const std::string& sql) { connection_.script(sql); }
  /// Runs what fails.
  void fail(const std::string& sql) { CHECK_THROWS_AS(connection_.execute(sql), engine::SqlError); }
  runtime::ProbeAnswer ask(const std::string& statement) {
    const auto statements = sql::split(statement);
    REQUIRE(statements.size() == 1);
    const auto subject = sql::subject_of(statement, statements.front());
    REQUIRE(subject);
    const auto before = state();
    auto answer = runtime::probe(connection_, *subject, statement);
    CHECK(state() == before);
    CHECK(connection_.transaction_status() == engine::TransactionStatus::idle);
    return answer;
  }
  Fate fate(const std::string& statement) {
    INFO(statement);
    auto answer = ask(statement);
    UNSCOPED_INFO(answer.found);
    return answer.fate;
  }
  /// Runs what the answer says must be run.
  void repair(const runtime::ProbeAnswer& answer) {
    REQUIRE(!answer.repair.empty());
    for (const auto& sql : answer.repair) connection_.execute(sql);
  }
  std::string query(const std::string& sql) {
    return std::string(connection_.execute(sql).scalar().value_or("<null>"));
  }
  [[nodiscard]] const TempDatabase& database() const noexcept { return database_; }

 private:
  /// What a question must not change.
  std::string state() {
    return query(
        "SELECT count(*) || ' ' || coalesce(string_agg(relname || relnamespace, ',' ORDER BY oid), '') FROM pg_class "
        "WHERE relpersistence <> 't'");
  }

  TempDatabase database_;
  engine::Connection connection_;
};

constexpr const char* k_create = "CREATE INDEX CONCURRENTLY t_id ON t (id)";

}  // namespace

TEST_CASE("an index that is not there is to be made", "[runtime][probe]") {
  Probed db;
  CHECK(db.fate(k_create) == Fate::to_run);
  CHECK(db.fate("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_id ON ONLY public.t USING btree (id)") ==
        Fate::to_run);
  CHECK(db.fate("CREATE INDEX CONCURRENTLY ON t (id)") == Fate::to_run);
  // Nor is there the table.
  CHECK(db.fate("CREATE INDEX CONCURRENTLY u_id ON u (id)") == Fate::to_run);
}

TEST_CASE("an index of another schema does not count", "[runtime][probe]") {
  Probed db;
  db.execute("CREATE SCHEMA other; CREATE TABLE other.u (id int); CREATE INDEX t_id ON other.u (id)");
  CHECK(db.fate(k_create) == Fate::to_run);
  CHECK(db.fate("CREATE INDEX CONCURRENTLY t_id ON other.u (id)") == Fate::done);
}

TEST_CASE("an index that is defined as asked for is done however it is written", "[runtime][probe]") {
  Probed db;
  db.execute("DELETE FROM t WHERE name = 'b'");
  for (const std::string statement :
       {"CREATE INDEX CONCURRENTLY i ON t (id)",
        "create index concurrently if not exists \"i\" on only \"t\" using BTREE ( \"id\" asc )",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON public.t (id, name)",
        "CREATE INDEX CONCURRENTLY i ON t (lower(name) text_pattern_ops, id DESC NULLS LAST) WHERE id>10 AND name<>'x'",
        "CREATE INDEX CONCURRENTLY i ON t USING hash (name)",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (id) INCLUDE (name) NULLS NOT DISTINCT WITH (fillfactor = 70)",
        "CREATE INDEX CONCURRENTLY i ON t (name COLLATE \"C\", (id + 1)) -- why\n"}) {
    CHECK(db.fate(statement) == Fate::to_run);
    db.execute(statement);
    CHECK(db.fate(statement) == Fate::done);
    db.execute("DROP INDEX i");
  }
}

TEST_CASE("an index of that name which is another one is told", "[runtime][probe]") {
  Probed db;
  db.execute("DELETE FROM t WHERE name = 'b'; CREATE TABLE u (id int)");
  for (const std::string made : {"t (name)", "t (id DESC)", "t (id) WHERE id > 1", "t (id, name)", "t USING hash (id)",
                                 "t (id) INCLUDE (name)", "t ((id + 1))", "t (id) WITH (fillfactor = 70)", "u (id)"}) {
    INFO(made);
    db.execute("CREATE INDEX t_id ON " + made);
    const auto answer = db.ask(k_create);
    CHECK(answer.fate == Fate::different);
    CHECK_THAT(answer.found, Contains("public.t_id exists"));
    db.execute("DROP INDEX t_id");
  }
  db.execute("CREATE UNIQUE INDEX t_id ON t (id)");
  CHECK(db.fate(k_create) == Fate::different);
}

TEST_CASE("an invalid index of another table is not taken away", "[runtime][probe]") {
  Probed db;
  db.execute("CREATE TABLE u (id int); INSERT INTO u VALUES (1), (1)");
  db.fail("CREATE UNIQUE INDEX CONCURRENTLY t_id ON u (id)");
  CHECK(db.fate(k_create) == Fate::different);
}

TEST_CASE("an index whose definition the server will not repeat leaves the question open", "[runtime][probe]") {
  Probed db;
  db.execute("CREATE INDEX t_id ON t (id)");
  CHECK(db.fate("CREATE INDEX CONCURRENTLY t_id ON t (gone)") == Fate::unknown);
}

TEST_CASE("an index that a failed statement left is taken away", "[runtime][probe]") {
  Probed db;
  const auto statement = GENERATE(as<std::string>{}, "CREATE UNIQUE INDEX CONCURRENTLY \"Odd name\" ON t (id)",
                                  "CREATE UNIQUE INDEX CONCURRENTLY ON t (id)");
  db.fail(statement);
  const auto answer = db.ask(statement);
  CHECK(answer.fate == Fate::broken);
  CHECK_THAT(answer.found, Contains("exists and is invalid"));
  db.repair(answer);
  CHECK(db.query("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass") == "0");
  CHECK(db.fate(statement) == Fate::to_run);
}

TEST_CASE("an index that is being built is nobody's leftover", "[runtime][probe]") {
  Probed db;
  auto blocker = db.database().connect();
  blocker.execute("BEGIN; INSERT INTO t VALUES (7, 'x')");
  auto observer = db.database().connect();
  test::OtherMessage building(db.database().config(), k_create);
  REQUIRE(test::comes_true(observer, "SELECT count(*) = 1 FROM pg_stat_progress_create_index WHERE index_relid <> 0"));
  const auto answer = db.ask(k_create);
  CHECK(answer.fate == Fate::busy);
  CHECK_THAT(answer.found, Contains("is being built"));
  blocker.execute("COMMIT");
  CHECK(building.wait().sqlstate.empty());
  CHECK(db.fate(k_create) == Fate::done);
}

TEST_CASE("an unnamed index is looked for by what it is", "[runtime][probe]") {
  Probed db;
  db.execute("CREATE INDEX t_id ON t (id DESC)");
  CHECK(db.fate("CREATE INDEX CONCURRENTLY ON t (id)") == Fate::to_run);
  db.execute("CREATE INDEX CONCURRENTLY ON t (id)");
  CHECK(db.fate("CREATE INDEX CONCURRENTLY ON t (id)") == Fate::done);
  CHECK(db.fate("CREATE UNIQUE INDEX CONCURRENTLY ON t (id)") == Fate::to_run);
}

TEST_CASE("a dropped index is gone or still there", "[runtime][probe]") {
  Probed db;
  CHECK(db.fate("DROP INDEX CONCURRENTLY t_id") == Fate::done);
  db.execute("CREATE INDEX t_id ON t (id)");
  CHECK(db.fate("DROP INDEX CONCURRENTLY IF EXISTS public.t_id") == Fate::to_run);
  CHECK(db.fate("DROP INDEX CONCURRENTLY \"T_ID\"") == Fate::done);
}

TEST_CASE("what a REINDEX left of an index is taken away", "[runtime][probe]") {
  Probed db;
  db.execute("CREATE INDEX t_id ON t (id); CREATE INDEX t_id_ccnew ON t (id); CREATE INDEX t_x_ccold1 ON t (id)");
  for (const auto* statement :
       {"REINDEX INDEX CONCURRENTLY t_id", "REINDEX TABLE CONCURRENTLY t", "REINDEX SCHEMA CONCURRENTLY public"}) {
    CHECK(db.fate(statement) == Fate::to_run);
  }
  // As a crash would leave them.
  db.execute(
      "UPDATE pg_index SET indisvalid = false WHERE indrelid = 't'::regclass AND indexrelid <> 't_id'::regclass");
  for (const auto* statement : {"REINDEX INDEX CONCURRENTLY public.t_id", "REINDEX (CONCURRENTLY, VERBOSE) TABLE t",
                                "REINDEX SCHEMA CONCURRENTLY public"}) {
    INFO(statement);
    const auto answer = db.ask(statement);
    CHECK(answer.fate == Fate::broken);
    CHECK(answer.repair.size() == 2);
  }
  CHECK(db.fate(fmt::format("REINDEX DATABASE CONCURRENTLY {}", db.database().name())) == Fate::broken);
  db.execute("CREATE TABLE u (id int); CREATE INDEX u_id ON u (id)");
  CHECK(db.fate("REINDEX TABLE CONCURRENTLY u") == Fate::to_run);
  db.repair(db.ask("REINDEX TABLE CONCURRENTLY t"));
  CHECK(db.query("SELECT string_agg(indexrelid::regclass::text, ',') FROM pg_index WHERE indrelid = 't'::regclass") ==
        "t_id");
}

TEST_CASE("what a REINDEX left of long values is taken away", "[runtime][probe]") {
  Probed db;
  // A table's long values have one index, which cannot be made by hand: another is taken for its copy.
  db.execute(
      "UPDATE pg_index SET indisvalid = false WHERE indrelid = (SELECT reltoastrelid FROM pg_class WHERE oid = "
      "'t'::regclass); UPDATE pg_class SET relname = relname || '_ccnew' WHERE oid = (SELECT indexrelid FROM pg_index "
      "WHERE indrelid = (SELECT reltoastrelid FROM pg_class WHERE oid = 't'::regclass))");
  for (const auto* statement : {"REINDEX TABLE CONCURRENTLY t", "REINDEX SCHEMA CONCURRENTLY public"}) {
    INFO(statement);
    const auto answer = db.ask(statement);
    CHECK(answer.fate == Fate::broken);
    CHECK_THAT(answer.found, Contains("pg_toast."));
  }
  db.repair(db.ask("REINDEX TABLE CONCURRENTLY t"));
  CHECK(db.fate("REINDEX TABLE CONCURRENTLY t") == Fate::to_run);
}

TEST_CASE("what a REINDEX left of partitions is taken away", "[runtime][probe]") {
  Probed db(
      "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);"
      "CREATE INDEX p_id ON p (id); CREATE INDEX p1_x_ccnew ON p1 (id);"
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'p1_x_ccnew'::regclass");
  for (const auto* statement : {"REINDEX TABLE CONCURRENTLY p", "REINDEX INDEX CONCURRENTLY p_id"}) {
    INFO(statement);
    const auto answer = db.ask(statement);
    CHECK(answer.fate == Fate::broken);
    CHECK(answer.repair.size() == 1);
  }
}

TEST_CASE("the value of an enum type is there or not", "[runtime][probe]") {
  Probed db("CREATE TYPE mood AS ENUM ('ok'); CREATE SCHEMA s; CREATE TYPE s.\"Mood\" AS ENUM ('it''s')");
  CHECK(db.fate("ALTER TYPE mood ADD VALUE 'ok'") == Fate::done);
  CHECK(db.fate("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'OK'") == Fate::to_run);
  CHECK(db.fate("ALTER TYPE s.\"Mood\" ADD VALUE 'it''s' BEFORE 'x'") == Fate::done);
  CHECK(db.fate("ALTER TYPE s.\"Mood\" ADD VALUE $$its$$") == Fate::to_run);
  CHECK(db.fate("ALTER TYPE gone ADD VALUE 'ok'") == Fate::to_run);
}

TEST_CASE("a constraint is valid or not", "[runtime][probe]") {
  Probed db;
  CHECK(db.fate("ALTER TABLE t VALIDATE CONSTRAINT \"C\"") == Fate::to_run);
  db.execute("ALTER TABLE t ADD CONSTRAINT \"C\" CHECK (id > 0) NOT VALID");
  CHECK(db.fate("ALTER TABLE t VALIDATE CONSTRAINT \"C\"") == Fate::to_run);
  db.execute("ALTER TABLE t VALIDATE CONSTRAINT \"C\"");
  CHECK(db.fate("ALTER TABLE IF EXISTS ONLY public.t VALIDATE CONSTRAINT \"C\"") == Fate::done);
}

TEST_CASE("a partition is attached or half or wholly detached", "[runtime][probe]") {
  Probed db(
      "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)");
  const std::string statement = "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY";
  CHECK(db.fate(statement) == Fate::to_run);

  // Cancelled in its second half, while it waits for a reader.
  auto reader = db.database().connect();
  reader.execute("BEGIN; SELECT * FROM p");
  auto observer = db.database().connect();
  test::OtherMessage detaching(db.database().config(), statement);
  REQUIRE(test::comes_true(observer, "SELECT count(*) = 1 FROM pg_inherits WHERE inhdetachpending"));
  REQUIRE(test::waits(observer, detaching.pid()));
  observer.execute(fmt::format("SELECT pg_cancel_backend({})", detaching.pid()));
  CHECK(detaching.wait().sqlstate == "57014");
  reader.execute("COMMIT");

  const auto answer = db.ask(statement);
  CHECK(answer.fate == Fate::finalize);
  db.repair(answer);
  CHECK(db.fate(statement) == Fate::done);
  CHECK(db.fate("ALTER TABLE p DETACH PARTITION p1 FINALIZE") == Fate::done);
}

TEST_CASE("what gives the same twice is run again and what does not is not known", "[runtime][probe]") {
  Probed db;
  for (const auto* statement : {"VACUUM t", "ANALYZE", "REINDEX TABLE t", "ALTER TABLE t SET (fillfactor = 70)"}) {
    INFO(statement);
    CHECK(db.ask(statement).fate == Fate::to_run);
  }
  for (const auto* statement : {"CALL work()", "DO $$ BEGIN END $$", "CREATE DATABASE x", "INSERT INTO t VALUES (1)"}) {
    INFO(statement);
    CHECK(db.ask(statement).fate == Fate::unknown);
  }
}
