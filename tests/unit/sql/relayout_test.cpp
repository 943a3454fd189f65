#include <cctype>
#include <random>

#include "migrate/sql/checksum.hpp"
#include "migrate/sql/detail/canonical.hpp"
#include "unit/sql/nasty_script.hpp"
#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;
using migrate::sql::section_checksum;
using migrate::sql::split;
using migrate::sql::Statement;
using migrate::sql::detail::CanonicalForm;

namespace {

/// A statement's tokens as they are written, and its COPY data.
struct Tokens {
  std::vector<std::string> words;
  std::string data;
};

std::vector<Tokens> tokens_of(std::string_view script) {
  std::vector<Tokens> all;
  CanonicalForm form(CanonicalForm::Keep::bytes_and_tokens);
  for (const Statement& statement : split(script)) {
    form.clear();
    form.add(script, statement);
    Tokens& tokens = all.emplace_back();
    for (const auto& token : form.tokens()) {
      const char kind = form.bytes()[token.canonical.offset];
      if (kind == 'd') tokens.data = token.source.of(script);
      if (kind != ';' && kind != 'd') tokens.words.emplace_back(token.source.of(script));
    }
  }
  return all;
}

bool is_tight(char c) {
  return c == '(' || c == ')' || c == ',' || c == ']';
}

class Layout {
 public:
  explicit Layout(unsigned seed) : random_(seed) {}

  std::string script(const std::vector<Tokens>& statements) {
    std::string text = one_of({"", "\xEF\xBB\xBF", "-- top\n", "\n\n"});
    for (const Tokens& tokens : statements) {
      text += statement(tokens.words);
      text += tokens.data.empty() ? one_of({";", " ;\n", ";;", "-- end\n;"}) : ";";
      if (!tokens.data.empty()) text += "\n" + tokens.data + "\\.\n";
      text += one_of({"", "\n", "/* between */"});
    }
    return text;
  }

 private:
  std::string one_of(std::initializer_list<const char*> choices) { return choices.begin()[random_() % choices.size()]; }

  std::string statement(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i > 0) text += gap(words[i - 1], words[i]);
      text += spelled(words[i]);
    }
    return text;
  }

  std::string gap(const std::string& left, const std::string& right) {
    // Two strings with a line break between them would become one.
    if (left.back() == '\'' && right.front() == '\'') return " ";
    if (random_() % 3 == 0 && (is_tight(left.back()) || is_tight(right.front()))) return "";
    return one_of(
        {" ", "\n", "\t", "\r\n", "   ", " /* ' \" $$ ; */ ", " /* a /* b */ */", " -- it's ; here\n", "\f\v"});
  }

  /// Words in any case, some names in quotes.
  std::string spelled(std::string word) {
    const bool is_word = std::isalpha(static_cast<unsigned char>(word[0])) != 0;
    if (!is_word || word.find_first_of("'\"") != std::string::npos) return word;
    for (char& c : word) {
      if (random_() % 3 == 0) c = static_cast<char>(random_() % 2 == 0 ? std::tolower(c) : std::toupper(c));
    }
    const bool is_name = word == "t" || word == "a" || word == "u" || word == "x" || word == "p" || word == "later";
    return is_name && random_() % 2 == 0 ? "\"" + word + "\"" : word;
  }

  std::mt19937 random_;
};

std::string checksum_of(std::string_view script) {
  return section_checksum(script, split(script));
}

/// The checksum of tokens with one blank between them.
std::string checksum_of(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += word + " ";
  Statement whole;
  whole.text = {0, text.size()};
  return section_checksum(text, std::vector{whole});
}

}  // namespace

TEST_CASE("any layout of the same tokens has the same checksum", "[sql]") {
  const auto statements = tokens_of(k_nasty_script);
  const std::string expected = checksum_of(k_nasty_script);
  for (unsigned seed = 1; seed <= 500; ++seed) {
    const std::string text = Layout(seed).script(statements);
    INFO("seed " << seed << "\n" << text);
    REQUIRE(checksum_of(text) == expected);
  }
}

TEST_CASE("any change of a single token changes the checksum", "[sql]") {
  for (const Tokens& statement : tokens_of(k_nasty_script)) {
    const auto& words = statement.words;
    const std::string original = checksum_of(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
      INFO(words[i] << ", token " << i << " of a statement that starts with " << words[0]);
      auto changed = words;
      changed[i] = "other_word";
      CHECK(checksum_of(changed) != original);
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK(checksum_of(changed) != original);
      changed = words;
      changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), words[i]);
      CHECK(checksum_of(changed) != original);
    }
  }
}

TEST_CASE("any change of a letter inside a constant changes the checksum", "[sql]") {
  int changes = 0;
  for (const Tokens& statement : tokens_of(k_nasty_script)) {
    const auto& words = statement.words;
    const std::string original = checksum_of(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
      // A comment between the parts of a string is no part of it.
      const bool is_constant = words[i].ends_with("'") || words[i].ends_with("$t$") || words[i].ends_with("$body$");
      if (!is_constant || words[i].find("-- joined") != std::string::npos) continue;
      const std::size_t opening = words[i].starts_with("$") ? words[i].find('$', 1) + 1 : words[i].find('\'');
      const std::size_t closing = words[i].size() - (words[i].starts_with("$") ? opening : 1);
      for (std::size_t at = opening; at < closing; ++at) {
        if (words[i][at] < 'a' || words[i][at] > 'z') continue;
        auto changed = words;
        changed[i][at] = changed[i][at] == 'q' ? 'r' : 'q';
        INFO(changed[i]);
        CHECK(checksum_of(changed) != original);
        ++changes;
      }
    }
  }
  CHECK(changes > 15);
}
