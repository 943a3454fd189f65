#include <catch2/catch.hpp>

#include "directive.hpp"

using namespace migrate;
using migrate::test::check_directive;

TEST_CASE("op.create_schema and rename_schema make schemas and drop_schema takes them", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_schema("app");
            op.create_schema("app", {.if_not_exists = true});
            op.create_schema("Old", {.authorization = "CURRENT_USER"});
            op.rename_schema("Old", "new");
          },
      .down =
          [](Operations& op) {
            op.drop_schema("new");
            op.drop_schema("app", {.if_exists = true, .cascade = true});
          },
      .probe = "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|info)'",
      .expected = "app new public",
      .before = "public",
  });
}

TEST_CASE("op.create_extension installs, update_extension updates and drop_extension removes one", "[directive]") {
  check_directive({
      .setup = "CREATE SCHEMA tools",
      .up =
          [](Operations& op) {
            op.create_extension("pg_trgm", {.schema = "tools", .version = "1.5", .cascade = true});
            op.update_extension("pg_trgm", "1.6");
            op.update_extension("pg_trgm");
          },
      .down = [](Operations& op) { op.drop_extension("pg_trgm", {.cascade = true}); },
      .probe = "SELECT extnamespace::regnamespace || ' ' || extversion FROM pg_extension WHERE extname = 'pg_trgm'",
      .expected = "tools 1.6",
  });
}

TEST_CASE("op.create_enum makes a type and add_enum_value, rename_enum_value change it", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_enum("mood", {"sad", "it's ok"});
            op.add_enum_value("mood", "happy");
            op.add_enum_value("mood", "angry", {.before = "sad"});
            op.add_enum_value("mood", "so-so", {.after = "it's ok", .if_not_exists = true});
            op.rename_enum_value("mood", "it's ok", "fine");
          },
      .down = [](Operations& op) { op.drop_enum("mood"); },
      .probe = "SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum",
      .expected = "angry sad fine so-so happy",
  });
}

TEST_CASE("op.create_domain makes a domain and drop_domain takes it", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_domain("Email", Text{},
                             {.default_ = "'-'",
                              .not_null = true,
                              .check = "VALUE <> ''",
                              .constraint_name = "filled",
                              .collation = "C"});
          },
      .down = [](Operations& op) { op.drop_domain("Email"); },
      .probe = "SELECT typdefault || ' ' || typnotnull || ' ' || typcollation::regcollation || ' ' || conname FROM"
               " pg_type t JOIN pg_constraint c ON contypid = t.oid WHERE typname = 'Email'",
      .expected = "'-'::text true \"C\" filled",
  });
}

TEST_CASE("op.create_composite_type makes a row type and rename_type renames it", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_composite_type("point3", {column("x", Double{}), column("Y", Text{}, collate("C"))});
            op.rename_type("point3", "Point 3");
          },
      .down = [](Operations& op) { op.drop_type("Point 3"); },
      .probe = "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)"
               " FROM pg_attribute WHERE attrelid = to_regclass('\"Point 3\"')",
      .expected = "x double precision, Y text",
  });
}

TEST_CASE("op.create_sequence makes a sequence and alter_sequence, rename_sequence change it", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE t (id int)",
      .up =
          [](Operations& op) {
            op.create_sequence("s", {.as = "integer",
                                     .start = 5,
                                     .increment = 2,
                                     .minvalue = 1,
                                     .maxvalue = 99,
                                     .cache = 3,
                                     .cycle = true});
            op.alter_sequence("s", {.increment = 4, .maxvalue = 50, .cycle = false, .restart = 9, .owned_by = "t.id"});
            op.rename_sequence("s", "Numbers");
          },
      .down = [](Operations& op) { op.drop_sequence("Numbers"); },
      .probe = "SELECT format('%s %s %s %s %s %s %s %s', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement,"
               " seqmin, seqmax, seqcache, seqcycle) FROM pg_sequence",
      .expected = "\"Numbers\" integer 5 4 1 50 3 f",
  });
}
