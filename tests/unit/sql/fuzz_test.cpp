#include <random>

#include "migrate/sql/detail/lexer.hpp"
#include "migrate/sql/syntax.hpp"
#include "unit/sql/nasty_script.hpp"
#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;
using migrate::sql::split;
using migrate::sql::SqlSyntaxError;
using migrate::sql::Statement;
using migrate::sql::detail::Lexer;
using migrate::sql::detail::Token;
using migrate::sql::detail::TokenKind;

namespace {

/// What split() promises about any script it takes: ranges in order, inside the text, and from token to token.
void require_sound(std::string_view script, const std::vector<Statement>& statements) {
  std::size_t end = 0;
  bool sound = true;
  for (const auto& statement : statements) {
    sound = sound && statement.text.offset >= end && statement.text.length > 0 && statement.text.end() <= script.size();
    end = statement.text.end();
    if (statement.copy_data) {
      sound = sound && statement.copy_data->offset >= end && statement.copy_data->end() <= script.size();
      end = statement.copy_data->end();
    }
    sound = sound && !statement.kind.empty();
  }
  INFO(script);
  REQUIRE(sound);
}

/// True when the script was cut, false when it was refused with an offset inside it. Anything else fails.
bool survives(std::string_view script) {
  try {
    require_sound(script, split(script));
    return true;
  } catch (const SqlSyntaxError& error) {
    INFO(script);
    REQUIRE(error.offset() < script.size());
    REQUIRE(std::string_view(error.what()) != "");
    return false;
  }
}

std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  Lexer lexer(text);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) tokens.emplace_back(token.text);
  return tokens;
}

}  // namespace

TEST_CASE("the nasty script is cut as a person would cut it", "[sql]") {
  const auto texts = pieces(k_nasty_script);
  REQUIRE(texts.size() == 15);
  CHECK(texts[2].ends_with("$t$)"));
  CHECK(texts[3].starts_with("SELECT E'one"));
  CHECK(texts[5].ends_with("SELECT 1;\nEND"));
  CHECK(texts[6] == "COPY public.\"t;\" (a, \"b;\") FROM stdin WITH (FORMAT text, NULL '\\N')");
  CHECK(split(k_nasty_script)[6].copy_data->of(k_nasty_script) ==
        "1\tit's; -- \"nasty\" $$ /* \\. \\\\.\n\\N\t\\.x\n\n");
  CHECK(texts[7].ends_with("NOTIFY c)"));
  CHECK(texts[14] == "SELECT 'last', (1 + 2) * 3");
  for (const auto& statement : split(k_nasty_script)) {
    INFO(statement.text.of(k_nasty_script));
    CHECK(statement.parsed == (statement.text.of(k_nasty_script).find("VIRTUAL") == std::string_view::npos &&
                               statement.text.of(k_nasty_script).find(":'var'") == std::string_view::npos));
  }
}

TEST_CASE("every prefix and every suffix of the nasty script is cut or refused", "[sql]") {
  int taken = 0;
  for (std::size_t length = 0; length <= k_nasty_script.size(); ++length) {
    taken += survives(k_nasty_script.substr(0, length)) ? 1 : 0;
    survives(k_nasty_script.substr(length));
  }
  CHECK(taken > 100);
  CHECK(taken < static_cast<int>(k_nasty_script.size()));
}

TEST_CASE("cutting loses no token and adds none", "[sql]") {
  // COPY data and psql lines are no tokens: this script has none.
  std::string script(k_nasty_script);
  const auto erase_lines = [&script](std::string_view from, std::string_view until) {
    const auto start = script.find(from);
    script.erase(start, script.find(until, start) + until.size() - start);
  };
  erase_lines("\\restrict", "\n");
  erase_lines("COPY ", "\n\\.\n");
  erase_lines("\\unrestrict", "\n");
  std::string joined;
  for (const auto& text : pieces(script)) joined += text + "\n;\n";
  const auto without_semicolons = [](std::string_view text) {
    auto tokens = tokens_of(text);
    std::erase(tokens, ";");
    return tokens;
  };
  CHECK(without_semicolons(joined) == without_semicolons(script));
  CHECK(pieces(joined) == pieces(script));
}

TEST_CASE("each piece, cut again, is itself", "[sql]") {
  for (const auto& text : pieces(k_nasty_script)) {
    if (text.starts_with("COPY")) continue;
    CHECK(pieces(text) == Texts{text});
  }
}

TEST_CASE("random scripts are cut or refused", "[sql]") {
  const std::vector<std::string_view> parts{"'",
                                            "\"",
                                            "$$",
                                            "$a$",
                                            "E'",
                                            "U&'",
                                            "\\",
                                            "\\.",
                                            "\n",
                                            "\r\n",
                                            ";",
                                            "(",
                                            ")",
                                            "/*",
                                            "*/",
                                            "--",
                                            " ",
                                            "a",
                                            "1",
                                            "BEGIN",
                                            " ATOMIC",
                                            "END",
                                            "CASE ",
                                            "CREATE ",
                                            "COPY ",
                                            "t ",
                                            "FROM ",
                                            "stdin",
                                            ";\n",
                                            "\\.\n",
                                            "OR ",
                                            "REPLACE ",
                                            "FUNCTION ",
                                            "f",
                                            "\xC3\xBC",
                                            "\xFF",
                                            "$",
                                            "\\restrict x\n",
                                            "REINDEX ",
                                            "CONCURRENTLY ",
                                            ",",
                                            "=",
                                            "off ",
                                            "SET standard_conforming_strings ",
                                            "ROLLBACK ",
                                            "TO ",
                                            "ALTER TABLE ",
                                            "DETACH PARTITION ",
                                            "WITH ",
                                            "AS ",
                                            ".",
                                            "1e+",
                                            "0x",
                                            "\v",
                                            "\xEF\xBB\xBF"};
  std::mt19937 random(20260801);
  int taken = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string script;
    for (auto count = random() % 40; count > 0; --count) script += parts[random() % parts.size()];
    taken += survives(script) ? 1 : 0;
  }
  CHECK(taken > 500);
}

TEST_CASE("the nasty script with random bytes changed is cut or refused", "[sql]") {
  std::mt19937 random(4711);
  for (int round = 0; round < 3000; ++round) {
    std::string script(k_nasty_script);
    for (auto count = 1 + random() % 8; count > 0; --count) {
      const auto at = random() % script.size();
      if (random() % 3 == 0) {
        script.erase(at, 1 + random() % 20);
      } else {
        script[at] = static_cast<char>(random() % 256);
      }
    }
    survives(script);
  }
}
