#include <catch2/catch.hpp>

#include "rendering.hpp"

using namespace migrate::schema;
using namespace rendering;

namespace {

/// The type as a column of a table has it.
std::string spelled(const Type& type) {
  const std::string sql = sql_of([&](Operations& op) { op.add_column("t", column("c", type)); });
  return sql.substr(sql.find(" c ") + 3);
}

}  // namespace

TEST_CASE("types are spelled as PostgreSQL spells them", "[schema]") {
  const std::vector<std::pair<Type, std::string>> types{
      {Integer{}, "integer"},
      {BigInteger{}, "bigint"},
      {Double{}, "double precision"},
      {Float{}, "double precision"},
      {LargeBinary{}, "bytea"},
      {String(), "varchar"},
      {String(50), "varchar(50)"},
      {Char(), "char(1)"},
      {Char(3), "char(3)"},
      {Numeric(), "numeric"},
      {Numeric(10), "numeric(10)"},
      {Numeric(10, 0), "numeric(10, 0)"},
      {Numeric(10, -2), "numeric(10, -2)"},
      {DateTime{}, "timestamp"},
      {DateTime{.timezone = true}, "timestamptz"},
      {DateTime{.timezone = true, .precision = 0}, "timestamptz(0)"},
      {DateTime{.precision = 3}, "timestamp(3)"},
      {Time{}, "time"},
      {Time{true, 6}, "timetz(6)"},
      {Interval{}, "interval"},
      {Interval{"YEAR TO MONTH"}, "interval YEAR TO MONTH"},
      {Interval{"DAY TO SECOND", 3}, "interval DAY TO SECOND(3)"},
      {Interval{.precision = 2}, "interval(2)"},
      {Bit(), "bit"},
      {Bit(8), "bit(8)"},
      {Bit(0, true), "bit varying"},
      {Bit(8, true), "bit varying(8)"},
      {Array{Integer{}}, "integer[]"},
      {Array{String(5), 2}, "varchar(5)[][]"},
      {Array{Type(Array{NamedType{"Mood", "app"}})}, "app.\"Mood\"[][]"},
      {Array{DateTime{true, 3}}, "timestamptz(3)[]"},
      {NamedType{"select"}, "\"select\""},
      {NamedType{"a.b", "C"}, "\"C\".\"a.b\""},
      {Enum{.name = "mood", .schema = "app"}, "app.mood"},
      {"citext", "citext"},
      {"timestamp with time zone", "timestamp with time zone"},
      {"app.\"Mood\"[]", "app.\"Mood\"[]"},
      {std::string("numeric(10,2)"), "numeric(10,2)"},
  };
  for (const auto& [type, spelling] : types) CHECK(spelled(type) == spelling);
}

TEST_CASE("every plain type is known to the parser", "[schema]") {
  for (const Type& type : std::vector<Type>{SmallInteger{},
                                            SmallSerial{},
                                            Serial{},
                                            BigSerial{},
                                            Real{},
                                            Money{},
                                            Text{},
                                            Citext{},
                                            Boolean{},
                                            Date{},
                                            Uuid{},
                                            Json{},
                                            Jsonb{},
                                            Xml{},
                                            Bytea{},
                                            Inet{},
                                            Cidr{},
                                            MacAddress{},
                                            TsVector{},
                                            TsQuery{},
                                            Hstore{},
                                            Oid{},
                                            Point{},
                                            Int4Range{},
                                            Int8Range{},
                                            NumericRange{},
                                            DateRange{},
                                            TimestampRange{},
                                            TimestampTzRange{}}) {
    CHECK(spelled(type) == type.sql);
  }
}

TEST_CASE("enums, domains and composite types are created and changed", "[schema]") {
  check({
      {OP(create_enum("Mood", {"sad", "it's", "back\\slash"}, {"app"})),
       "CREATE TYPE app.\"Mood\" AS ENUM ('sad', 'it''s', E'back\\\\slash')"},
      {OP(create_enum("mood", {})), "CREATE TYPE mood AS ENUM ()"},
      {OP(add_enum_value("mood", "ok", {.if_not_exists = true, .schema = "app"})),
       "ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'ok'"},
      {OP(add_enum_value("mood", "ok", {.before = "a"})), "ALTER TYPE mood ADD VALUE 'ok' BEFORE 'a'"},
      {OP(add_enum_value("mood", "ok", {.after = "it's"})), "ALTER TYPE mood ADD VALUE 'ok' AFTER 'it''s'"},
      {OP(rename_enum_value("mood", "a", "b", {"app"})), "ALTER TYPE app.mood RENAME VALUE 'a' TO 'b'"},
      {OP(drop_enum("mood", {.if_exists = true})), "DROP TYPE IF EXISTS mood"},
      {OP(create_domain("email", "citext")), "CREATE DOMAIN email AS citext"},
      {OP(create_domain("email", Text{}, {"''", true, "VALUE <> 'x'", "valid", "C", "app"})),
       "CREATE DOMAIN app.email AS text COLLATE \"C\" DEFAULT '' NOT NULL CONSTRAINT valid CHECK (VALUE <> 'x')"},
      {OP(create_domain("d", Enum{.name = "e", .labels = {"a"}}, {.check = "VALUE > 'a'"})),
       "CREATE TYPE e AS ENUM ('a');\nCREATE DOMAIN d AS e CHECK (VALUE > 'a')"},
      {OP(drop_domain("d", {true, true, "app"})), "DROP DOMAIN IF EXISTS app.d CASCADE"},
      {OP(create_composite_type("pair", {column("a", Integer{}), column("B", Text{}, collate("C"), comment("x"))},
                                {"app"})),
       "CREATE TYPE app.pair AS (a integer, \"B\" text COLLATE \"C\");\nCOMMENT ON COLUMN app.pair.\"B\" IS 'x'"},
      {OP(create_composite_type("empty", {})), "CREATE TYPE empty AS ()"},
      {OP(drop_type("pair")), "DROP TYPE pair"},
  });
  check_faults({
      {OP(create_enum("mood", {"a", "a"})), "create_enum \"mood\": the label \"a\" is listed twice"},
      {OP(create_enum(nullptr, {"a"})), "the enum has no name"},
      {OP(add_enum_value("mood", "x", {.before = "a", .after = "b"})), "before and after"},
      {OP(create_domain("d", Text{}, {.constraint_name = "c"})), "constraint_name is given without check"},
      {OP(create_composite_type("p", {column("a", Integer{}, not_null)})), "attribute \"a\" has more than a type"},
  });
}
