#include "migrate/runtime/statement_timeout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

bool same_letter(char a, char b) noexcept {
  return std::toupper(static_cast<unsigned char>(a)) == b;
}

bool contains(std::string_view text, std::string_view upper) noexcept {
  return std::search(text.begin(), text.end(), upper.begin(), upper.end(), same_letter) != text.end();
}

/// The next word of a statement, which is cut off.
std::string_view take_word(std::string_view& text) noexcept {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  const auto word = text.substr(0, text.find_first_of(" \t\r\n("));
  text.remove_prefix(word.size());
  return word;
}

bool is(std::string_view word, std::string_view upper) noexcept {
  return std::ranges::equal(word, upper, same_letter);
}

}  // namespace

bool takes_its_time(std::string_view sql) noexcept {
  const auto first = take_word(sql);
  if (is(first, "REINDEX")) return true;
  if (is(first, "CREATE")) {
    const auto second = take_word(sql);
    return is(second, "INDEX") || (is(second, "UNIQUE") && is(take_word(sql), "INDEX"));
  }
  return is(first, "ALTER") && contains(sql, "VALIDATE CONSTRAINT");
}

void StatementTimeout::prepare(Message& message, std::string_view sql) {
  if (of_revision_) return;
  if (contains(sql.substr(0, 200), "STATEMENT_TIMEOUT")) {
    of_revision_ = true;
  } else if (takes_its_time(sql) && !lifted_) {
    message.add(Purpose::frame, "SET LOCAL statement_timeout = 0");
    lifted_ = true;
  } else if (!takes_its_time(sql)) {
    restore(message);
  }
}

void StatementTimeout::restore(Message& message) {
  if (!lifted_) return;
  lifted_ = false;
  if (of_revision_) return;
  message.add(Purpose::frame,
              fmt::format("SET LOCAL statement_timeout = {}", usual_.empty() ? "DEFAULT" : sql::quote_literal(usual_)));
}

}  // namespace migrate::runtime
