#include <catch2/catch.hpp>

#include "directive.hpp"

using namespace migrate;
using migrate::test::check_directive;

namespace {

constexpr const char* k_users = "CREATE TABLE users (id bigint PRIMARY KEY, name text, age integer)";

/// Columns of a table as "name type notnull default".
std::string columns_of(const std::string& table) {
  return "SELECT string_agg(format('%s %s%s%s', attname, format_type(atttypid, atttypmod),"
         " CASE WHEN attnotnull THEN ' not null' END, ' = ' || pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)"
         " FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
         " WHERE attrelid = to_regclass('" +
         table + "') AND attnum > 0 AND NOT attisdropped";
}

}  // namespace

TEST_CASE("op.create_table makes a table with columns, constraints, indexes and comments", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE teams (id bigint PRIMARY KEY)",
      .up =
          [](Operations& op) {
            op.create_table("users", column("id", BigInteger{}, primary_key, identity(true)),
                            column("email", String(120), not_null, unique),
                            column("team_id", BigInteger{}, references("teams", "id", {.ondelete = "CASCADE"})),
                            column("age", Integer{}, server_default(0), check("age >= 0")),
                            column("seen", DateTime{.timezone = true}, indexed, comment("last visit")),
                            column("initial", Char(1), generated("left(email, 1)")),
                            check_constraint("ck_email", "email <> ''"),
                            unique_constraint("uq_team_email", {"team_id", "email"}),
                            TableOptions{.comment = "who can log in", .with = {{"fillfactor", "70"}}});
          },
      .down = [](Operations& op) { op.drop_table("users"); },
      .probe = "SELECT (SELECT count(*) FROM pg_constraint WHERE conrelid = to_regclass('users')) || ' ' ||"
               " (SELECT count(*) FROM pg_index WHERE indrelid = to_regclass('users')) || ' ' ||"
               " coalesce(obj_description(to_regclass('users')), 'none') || ' ' ||"
               " coalesce(col_description(to_regclass('users'), 5), 'none')",
      .expected = "6 4 who can log in last visit",
      .before = "0 0 none none",
  });
}

TEST_CASE("op.create_table knows every type", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_table("t", column("a", SmallInteger{}), column("b", Numeric(10, 2)), column("c", String(5)),
                            column("d", Time{.timezone = true}), column("e", Interval{.fields = "YEAR TO MONTH"}),
                            column("f", Bit(3, true)), column("g", Array{Integer{}}), column("h", Array{String(3), 2}),
                            column("i", Uuid{}), column("j", Jsonb{}), column("k", Bytea{}),
                            column("l", TimestampTzRange{}),
                            column("m", Enum{.name = "mood", .labels = {"sad", "it's ok"}}),
                            column("n", NamedType{"name", "pg_catalog"}), column("o", "numeric(3)"),
                            column("p", DateTime{.precision = 3}), column("q", Double{}), column("r", Inet{}),
                            column("s", Char(2)), column("u", Text{}), column("v", Boolean{}), column("w", Date{}),
                            column("x", Interval{.precision = 2}), column("y", Numeric(5)));
          },
      .down =
          [](Operations& op) {
            op.drop_table("t");
            op.drop_enum("mood");
          },
      .probe = columns_of("t"),
      .expected =
          "a smallint, b numeric(10,2), c character varying(5), d time with time zone, e interval year to month,"
          " f bit varying(3), g integer[], h character varying(3)[], i uuid, j jsonb, k bytea, l tstzrange,"
          " m mood, n name, o numeric(3,0), p timestamp(3) without time zone, q double precision, r inet,"
          " s character(2), u text, v boolean, w date, x interval(2), y numeric(5,0)",
  });
}

TEST_CASE("op.create_table keeps hostile names apart from SQL", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_schema("Odd \"Schema\"");
            op.create_table("select", column("Order", Integer{}, primary_key, comment("it's; -- \\ $$")),
                            column("a\"b", Text{}, server_default(literal("x'); DROP TABLE t; --")), indexed),
                            TableOptions{.schema = "Odd \"Schema\""});
          },
      .down =
          [](Operations& op) {
            op.drop_table("select", {.schema = "Odd \"Schema\""});
            op.drop_schema("Odd \"Schema\"");
          },
      .probe = columns_of("\"Odd \"\"Schema\"\"\".\"select\""),
      .expected = "Order integer not null, a\"b text = 'x''); DROP TABLE t; --'::text",
  });
}

TEST_CASE("op.drop_table takes a table and what hangs on it", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE a (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM a",
      .up =
          [](Operations& op) {
            op.drop_table("a", {.cascade = true});
            op.drop_table("never_was", {.if_exists = true});
          },
      .down =
          [](Operations& op) {
            op.create_table("a", column("id", Integer{}, primary_key));
            op.create_view("v", "SELECT id FROM a");
          },
      .probe = "SELECT (to_regclass('a') IS NULL) || ' ' || (to_regclass('v') IS NULL)",
      .expected = "true true",
      .before = "false false",
  });
}

TEST_CASE("op.rename_table gives a table another name", "[directive]") {
  check_directive({
      .setup = k_users,
      .up = [](Operations& op) { op.rename_table("users", "People"); },
      .down = [](Operations& op) { op.rename_table("People", "users"); },
      .probe = "SELECT to_regclass('\"People\"') IS NOT NULL",
      .expected = "t",
      .before = "f",
  });
}

TEST_CASE("op.create_table_comment says what a table is for and drop_table_comment takes it back", "[directive]") {
  check_directive({
      .setup = k_users,
      .up = [](Operations& op) { op.create_table_comment("users", "it's people"); },
      .down = [](Operations& op) { op.drop_table_comment("users"); },
      .probe = "SELECT obj_description('users'::regclass)",
      .expected = "it's people",
  });
}

TEST_CASE("op.set_storage_parameters tunes a table and reset_storage_parameters undoes it", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.set_storage_parameters("users", {{"fillfactor", "70"}, {"autovacuum_enabled", "false"}});
          },
      .down =
          [](Operations& op) {
            op.reset_storage_parameters("users", {"fillfactor", "autovacuum_enabled"});
          },
      .probe = "SELECT reloptions FROM pg_class WHERE oid = 'users'::regclass",
      .expected = "{fillfactor=70,autovacuum_enabled=false}",
  });
}

TEST_CASE("op.add_column adds a column and drop_column takes it away", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.add_column("users", column("mail", String(50), not_null, server_default(literal("-")), indexed,
                                          comment("where to write")));
            op.add_column("users", column("name", Text{}), {.if_not_exists = true});
            op.add_column("users", column("boss", BigInteger{}, references("users", "id")));
          },
      .down =
          [](Operations& op) {
            op.drop_column("users", "boss");
            op.drop_column("users", "mail", {.cascade = true});
            op.drop_column("users", "never_was", {.if_exists = true});
          },
      .probe = columns_of("users"),
      .expected = "id bigint not null, name text, age integer, mail character varying(50) not null ="
                  " '-'::character varying, boss bigint",
      .before = "id bigint not null, name text, age integer",
  });
}

TEST_CASE("op.add_column makes the enum type that it uses", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.add_column("users", column("mood", Enum{.name = "mood", .labels = {"a", "b"}}));
          },
      .down =
          [](Operations& op) {
            op.drop_column("users", "mood");
            op.drop_type("mood");
          },
      .probe = "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum",
      .expected = "a,b",
  });
}

TEST_CASE("op.alter_column changes type, default, nullability, comment and name at once", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE users (id bigint PRIMARY KEY, age text DEFAULT '7'); INSERT INTO users VALUES (1, '42')",
      .up =
          [](Operations& op) {
            op.alter_column("users", "age",
                            {.nullable = false,
                             .comment = "in years",
                             .server_default = 8,
                             .new_column_name = "Years",
                             .type_ = Integer{},
                             .using_ = "age::integer"});
          },
      .down =
          [](Operations& op) {
            op.alter_column("users", "Years",
                            {.nullable = true,
                             .comment = nullptr,
                             .server_default = "'7'::text",
                             .new_column_name = "age",
                             .type_ = Text{}});
          },
      .probe = columns_of("users"),
      .expected = "id bigint not null, Years integer not null = 8",
      .before = "id bigint not null, age text = '7'::text",
  });
}

TEST_CASE("op.alter_column gives, changes and takes identities", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE users (id bigint NOT NULL)",
      .up =
          [](Operations& op) {
            op.alter_column("users", "id", {.add_identity = identity(false, {.start = 10})});
            op.alter_column("users", "id", {.set_identity = identity(true, {.increment = 5})});
            op.alter_column("users", "id", {.restart_identity = 100});
          },
      .down = [](Operations& op) { op.alter_column("users", "id", {.drop_identity = true}); },
      .probe =
          "SELECT attidentity::text || coalesce((SELECT ' ' || seqincrement FROM pg_sequence), '') FROM pg_attribute"
          " WHERE attrelid = 'users'::regclass AND attname = 'id'",
      .expected = "a 5",
  });
}

TEST_CASE("op.alter_column sets statistics, storage and compression", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.alter_column("users", "name", {.statistics = 500, .storage = "external", .compression = "pglz"});
          },
      .down =
          [](Operations& op) {
            op.alter_column("users", "name", {.statistics = -1, .storage = "extended", .compression = "default"});
          },
      .probe = "SELECT attstattarget || attstorage::text || attcompression::text FROM pg_attribute"
               " WHERE attrelid = 'users'::regclass AND attname = 'name'",
      .expected = "500ep",
      .before = "-1x",
  });
}

TEST_CASE("op.alter_column makes a generated column an ordinary one", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
      .up = [](Operations& op) { op.alter_column("t", "b", {.drop_expression = true}); },
      .down =
          [](Operations& op) {
            op.drop_column("t", "b");
            op.add_column("t", column("b", Integer{}, computed("a * 2")));
          },
      .probe = "SELECT attgenerated FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b'",
      .expected = "",
      .before = "s",
  });
}

TEST_CASE("op.create_partition, attach_partition and detach_partition build a partitioned table", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE events_2 (at date NOT NULL)",
      .up =
          [](Operations& op) {
            op.create_table("events", column("at", Date{}, not_null), TableOptions{.partition_by = "RANGE (at)"});
            op.create_partition("events_1", "events", values_from({"'2026-01-01'"}, {"'2026-02-01'"}));
            op.attach_partition("events_2", "events", values_from({"'2026-02-01'"}, {"MAXVALUE"}));
            op.create_partition("events_0", "events", default_partition());
          },
      .down =
          [](Operations& op) {
            op.detach_partition("events_2", "events");
            op.drop_table("events");
          },
      .probe = "SELECT string_agg(pg_get_expr(relpartbound, c.oid), ', ' ORDER BY relname) FROM pg_inherits"
               " JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = to_regclass('events')",
      .expected =
          "DEFAULT, FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'), FOR VALUES FROM ('2026-02-01') TO (MAXVALUE)",
  });
}

TEST_CASE("op.create_partition knows lists and hashes, and partitions of partitions", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_table("sales", column("region", Text{}), column("id", Integer{}),
                            TableOptions{.partition_by = "LIST (region)"});
            op.create_partition("sales_eu", "sales", values_in({"'de'", "'fr'"}), {.partition_by = "HASH (id)"});
            op.create_partition("sales_eu_0", "sales_eu", values_hash(2, 0));
          },
      .down = [](Operations& op) { op.drop_table("sales"); },
      .probe = "SELECT string_agg(pg_get_expr(relpartbound, c.oid), ', ' ORDER BY relname) FROM pg_inherits"
               " JOIN pg_class c ON c.oid = inhrelid",
      .expected = "FOR VALUES IN ('de', 'fr'), FOR VALUES WITH (modulus 2, remainder 0)",
  });
}

TEST_CASE("op.detach_partition concurrently works in an autocommit block", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE e (at int) PARTITION BY RANGE (at);"
               "CREATE TABLE e_1 PARTITION OF e FOR VALUES FROM (1) TO (2)",
      .up =
          [](Operations& op) {
            const auto block = op.autocommit_block();
            op.detach_partition("e_1", "e", {.concurrently = true});
          },
      .down =
          [](Operations& op) {
            // The detached table keeps its bound as a check constraint.
            op.drop_table("e_1");
            op.create_partition("e_1", "e", values_from({"1"}, {"2"}));
          },
      .probe = "SELECT count(*) FROM pg_inherits",
      .expected = "0",
      .before = "1",
  });
}
