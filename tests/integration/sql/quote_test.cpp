#include "migrate/sql/quote.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "support/temp_database.hpp"

using migrate::sql::quote_identifier;
using migrate::sql::quote_literal;
using migrate::test::TempDatabase;

namespace {

const std::vector<std::string> k_nasty_texts{
    "",        " ",    "a b",        "A",    "aB",   "1a",     "a1", "_",   "a$",     "a-b",  "a.b",
    "a\"b",    "\"",   "\"\"",       "it's", "'",    "''",     "\\", "\\'", "a\\\\b", "$$",   "$a$",
    "größe",   "名前", "\U0001F600", "a\nb", "a\tb", "a\r\nb", "--", "/*",  "*/",     ";",    "E'x'",
    "U&\"x\"", "\\n",  "\x01",       "\x7f", "%s",   "{}",     ":x", "?",   "NULL",   "null", "a\xC2\xA0"};

/// Words that a later server than the one at hand restricts; quoting them early does no harm.
bool restricted_later(const std::string& word) {
  return word == "system_user" || word == "merge_action" || word.starts_with("json");
}

std::string ask(migrate::engine::Connection& connection, std::string_view sql, const std::string& parameter) {
  const std::array<std::optional<std::string>, 1> parameters{parameter};
  return std::string(connection.execute(sql, parameters).text(0, 0));
}

}  // namespace

TEST_CASE("every keyword is quoted when the server quotes it", "[sql]") {
  const TempDatabase database;
  const auto rows = database.rows("SELECT word, quote_ident(word) FROM pg_get_keywords()");
  CHECK(rows.size() > 400);
  for (const auto& row : rows) {
    INFO(row[0]);
    if (row[1] != row[0] || !restricted_later(row[0])) CHECK(quote_identifier(row[0]) == row[1]);
  }
}

TEST_CASE("nasty names are quoted as the server quotes them", "[sql]") {
  const TempDatabase database;
  auto connection = database.connect();
  for (const auto& name : k_nasty_texts) {
    INFO(name);
    CHECK(quote_identifier(name) == ask(connection, "SELECT quote_ident($1)", name));
    if (!name.empty()) CHECK(connection.execute("SELECT 1 AS " + quote_identifier(name)).column_name(0) == name);
  }
}

TEST_CASE("a quoted literal is the text it was made from, whatever standard_conforming_strings says", "[sql]") {
  const TempDatabase database;
  auto connection = database.connect();
  for (const char* setting : {"on", "off"}) {
    connection.execute(std::string("SET standard_conforming_strings = ") + setting);
    for (const auto& text : k_nasty_texts) {
      INFO(setting << ": " << text);
      CHECK(connection.execute("SELECT " + quote_literal(text)).text(0, 0) == text);
    }
  }
}
