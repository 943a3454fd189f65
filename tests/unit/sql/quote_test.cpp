#include "migrate/sql/quote.hpp"

#include <catch2/catch.hpp>

#include "migrate/base/error.hpp"

using migrate::sql::quote_identifier;
using migrate::sql::quote_literal;
using migrate::sql::quote_qualified;

TEST_CASE("a plain lower-case name needs no quotes", "[sql]") {
  for (const char* name : {"users", "_x", "a1_b2", "name", "type", "value", "key", "begin", "atomic", "data"}) {
    CHECK(quote_identifier(name) == name);
  }
}

TEST_CASE("every other name is quoted", "[sql]") {
  CHECK(quote_identifier("Users") == "\"Users\"");
  CHECK(quote_identifier("a b") == "\"a b\"");
  CHECK(quote_identifier("1a") == "\"1a\"");
  CHECK(quote_identifier("a$b") == "\"a$b\"");
  CHECK(quote_identifier("größe") == "\"größe\"");
  CHECK(quote_identifier("a\"b") == "\"a\"\"b\"");
  CHECK(quote_identifier("") == "\"\"");
  CHECK(quote_identifier("a.b") == "\"a.b\"");
}

TEST_CASE("words that some PostgreSQL version restricts are quoted", "[sql]") {
  for (const char* word : {"user", "order", "table", "all", "zone_", "left", "integer", "values", "json_table",
                           "system_user", "merge_action", "xmltable", "analyse", "with"}) {
    const bool keyword = std::string_view(word) != "zone_";
    CHECK(quote_identifier(word) == (keyword ? "\"" + std::string(word) + "\"" : word));
  }
}

TEST_CASE("a qualified name quotes each part by itself", "[sql]") {
  CHECK(quote_qualified("public", "users") == "public.users");
  CHECK(quote_qualified("", "Users") == "\"Users\"");
  CHECK(quote_qualified("My schema", "order") == "\"My schema\".\"order\"");
  CHECK(quote_qualified("a.b", "c") == "\"a.b\".c");
}

TEST_CASE("a literal doubles quotes and escapes backslashes", "[sql]") {
  CHECK(quote_literal("") == "''");
  CHECK(quote_literal("it's") == "'it''s'");
  CHECK(quote_literal("a\\b'") == "E'a\\\\b'''");
  CHECK(quote_literal("line\nbreak $$ \"") == "'line\nbreak $$ \"'");
}

TEST_CASE("a zero byte cannot be quoted", "[sql]") {
  CHECK_THROWS_AS(quote_literal(std::string_view("a\0b", 3)), migrate::base::Error);
}
