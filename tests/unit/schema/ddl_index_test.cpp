#include <catch2/catch.hpp>

#include "rendering.hpp"

using namespace migrate::schema;
using namespace rendering;

TEST_CASE("indexes are created with each of their options", "[schema]") {
  check({
      {OP(create_index("ix_messages_user_deleted_created", "messages", {"user_id", "deleted_at", "created_at"})),
       "CREATE INDEX ix_messages_user_deleted_created ON messages (user_id, deleted_at, created_at)"},
      {OP(create_index("i", "t", {"a"},
                       {true,
                        true,
                        true,
                        "gin",
                        "a > 1",
                        {{"a", "gin_trgm_ops"}},
                        {"b", "C"},
                        {{"fastupdate", "off"}},
                        "fast",
                        true,
                        true,
                        "app"})),
       "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY app.t USING gin (a gin_trgm_ops) INCLUDE (b, \"C\") "
       "NULLS NOT DISTINCT WITH (fastupdate = off) TABLESPACE fast WHERE a > 1"},
      {OP(create_index("i", "t",
                       {desc("a").nulls_last(), expression("lower(b)"), asc("c").nulls_first(),
                        IndexElement("d").with_ops("text_pattern_ops").collate("de_DE.utf8")})),
       "CREATE INDEX i ON t (a DESC NULLS LAST, (lower(b)), c NULLS FIRST, d COLLATE \"de_DE.utf8\" text_pattern_ops)"},
      {OP(create_index("i", "t", {IndexElement("a").collate("app.\"My coll\"")})),
       "CREATE INDEX i ON t (a COLLATE app.\"My coll\")"},
      {OP(create_index(nullptr, "t", {"a"})), "CREATE INDEX ON t (a)"},
      {OP(drop_index("i")), "DROP INDEX i"},
      {OP(drop_index("i", "t", {.if_exists = true, .concurrently = true, .schema = "app"})),
       "DROP INDEX CONCURRENTLY IF EXISTS app.i"},
      {OP(drop_index("i", {.cascade = true})), "DROP INDEX i CASCADE"},
      {OP(rename_index("i", "J", {true, "app"})), "ALTER INDEX IF EXISTS app.i RENAME TO \"J\""},
  });
}

TEST_CASE("an unnamed index gets the convention's name when its columns have names", "[schema]") {
  check(
      {
          {OP(create_index(nullptr, "t", {"a", "b"})), "CREATE INDEX ix_t_a ON t (a, b)"},
          {OP(create_index(nullptr, "t", {expression("lower(a)")})), "CREATE INDEX ON t ((lower(a)))"},
          {OP(create_index("mine", "t", {"a"})), "CREATE INDEX mine ON t (a)"},
      },
      usual_naming());
  check({{OP(create_index(nullptr, "t", {expression("lower(a)")})), "CREATE INDEX ix_t ON t ((lower(a)))"},
         {OP(drop_index(nullptr, "t")), "DROP INDEX ix_t"}},
        {.ix = "ix_{table_name}", .uq = {}, .ck = {}, .fk = {}, .pk = {}});
}

TEST_CASE("indexes that make no sense are refused", "[schema]") {
  check_faults({
      {OP(create_index("i", "t", {})), "create_index \"i\": the index has no columns"},
      {OP(create_index(nullptr, "t", {"a"}, {.if_not_exists = true})), "create_index \"t\": if_not_exists is given"},
      {OP(create_index("i", "t", {"a"}, {.ops = {{"b", "x"}}})), "ops names \"b\", which is not in the index"},
      {OP(create_index("i", "t", {IndexElement("a").with_ops("x")}, {.ops = {{"a", "y"}}})), "two operator classes"},
      {OP(create_index("i", "t", {expression(" ")})), "an expression is empty"},
      {OP(drop_index(nullptr, "t")), "the index has no name"},
      {OP(drop_index("i", {.concurrently = true, .cascade = true})), "concurrently and cascade"},
  });
}

TEST_CASE("statistics are about columns and expressions", "[schema]") {
  check({
      {OP(create_statistics("s", "t", {"a", "B"}, {{"NDistinct", "mcv"}, true, "app"})),
       "CREATE STATISTICS IF NOT EXISTS app.s (ndistinct, mcv) ON a, \"B\" FROM app.t"},
      {OP(create_statistics("s", "t", {expression("a + b")})), "CREATE STATISTICS s ON (a + b) FROM t"},
      {OP(drop_statistics("s", {true, false, "app"})), "DROP STATISTICS IF EXISTS app.s"},
  });
  check_faults({
      {OP(create_statistics("s", "t", {"a"})), "fewer than two columns"},
      {OP(create_statistics("s", "t", {"a", desc("b")})), "\"b\" has an order"},
      {OP(create_statistics("s", "t", {"a", "b"}, {.kinds = {"most"}})), "It can be NDISTINCT, DEPENDENCIES, MCV."},
      {OP(create_statistics(nullptr, "t", {"a", "b"})), "the statistics object has no name"},
  });
}
