#pragma once
#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql/statement.hpp"

namespace migrate::sql_test {

/// The statements' texts, as a test wants to compare them.
inline std::vector<std::string> pieces(std::string_view script) {
  std::vector<std::string> texts;
  for (const auto& statement : sql::split(script)) texts.emplace_back(statement.text.of(script));
  return texts;
}

/// The one statement of the script.
inline sql::Statement only(std::string_view script) {
  INFO(script);
  auto statements = sql::split(script);
  REQUIRE(statements.size() == 1);
  return statements[0];
}

struct Refusal {
  std::string message;
  std::string hint;
  std::size_t offset = 0;
};

/// How split() refuses the script; fails the test when it does not.
inline Refusal refusal(std::string_view script) {
  INFO(script);
  try {
    sql::split(script);
  } catch (const sql::SqlSyntaxError& error) {
    return {error.what(), error.hint(), error.offset()};
  }
  FAIL("the script was taken");
  return {};
}

using Texts = std::vector<std::string>;

}  // namespace migrate::sql_test
