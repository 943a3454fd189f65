#include <catch2/catch.hpp>
#include <string_view>

#include "migrate/engine/detail/session_watch.hpp"

using migrate::engine::SessionMarks;

namespace {

SessionMarks marks_of(std::string_view sql) {
  SessionMarks marks;
  migrate::engine::detail::watch_statements(sql, marks);
  return marks;
}

}  // namespace

TEST_CASE("statements that leave nothing are not marked", "[engine][marks]") {
  for (const char* sql :
       {"SELECT 1", "UPDATE t SET a = 1", "SET LOCAL search_path = x", "set  transaction isolation level serializable",
        "SET CONSTRAINTS ALL DEFERRED", "BEGIN; UPDATE t SET a = 1; COMMIT", "SELECT temp FROM weather",
        "SELECT pg_advisory_xact_lock(1)", "PREPARE TRANSACTION 'x'", "DECLARE c CURSOR FOR SELECT 1", "", ";;",
        "INSERT INTO t (listen) VALUES (1)", "CREATE TABLE temperature (hold int)", "SHOW search_path"}) {
    CAPTURE(sql);
    CHECK_FALSE(marks_of(sql).any());
  }
}

TEST_CASE("what a statement leaves in the session is marked by kind", "[engine][marks]") {
  CHECK(marks_of("SET search_path = x").settings);
  CHECK(marks_of("  -- first\nSELECT 1; set statement_timeout to 5").settings);
  CHECK(marks_of("SET").settings);
  CHECK(marks_of("SELECT set_config('a.b', 'c', false)").settings);
  CHECK(marks_of("DO $$ BEGIN PERFORM 1; END $$").settings);
  CHECK(marks_of("LISTEN news").listening);
  CHECK(marks_of("CREATE TEMP TABLE t ()").temporary);
  CHECK(marks_of("create temporary view v as select 1").temporary);
  CHECK(marks_of("CREATE OR REPLACE TEMP VIEW v AS SELECT 1").temporary);
  CHECK(marks_of("SELECT 1 INTO TEMP t").temporary);
  CHECK(marks_of("CREATE TABLE pg_temp.t ()").temporary);
  CHECK(marks_of("SELECT pg_try_advisory_lock_shared(1)").advisory_lock);
  CHECK(marks_of("PREPARE p AS SELECT 1").prepared);
  CHECK(marks_of("DECLARE c CURSOR WITH HOLD FOR SELECT 1").cursors);
  CHECK(marks_of("SET a TO b") == SessionMarks{true, false, false, false, false, false});
}

TEST_CASE("a word longer than any that is looked for does no harm", "[engine][marks]") {
  CHECK_FALSE(marks_of("SELECT pg_advisory_lock_shared_and_then_some_more_of_it()").any());
  CHECK_FALSE(marks_of(std::string(100000, 'x') + " set").any());
}

TEST_CASE("tags take marks away", "[engine][marks]") {
  using migrate::engine::detail::watch_tag;
  SessionMarks marks{true, true, true, true, true, true};
  CHECK_FALSE(watch_tag("DISCARD TEMP", marks));
  CHECK_FALSE(marks.temporary);
  CHECK(watch_tag("DEALLOCATE ALL", marks));
  CHECK_FALSE(marks.prepared);
  CHECK_FALSE(watch_tag("DELETE 5", marks));
  CHECK(marks.settings);
  CHECK(watch_tag("DISCARD ALL", marks));
  CHECK_FALSE(marks.any());
}
