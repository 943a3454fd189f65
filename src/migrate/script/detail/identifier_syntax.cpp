// The grammar of identifiers:
//
//   identifier = [ branch "@" ] ( symbol [ offset ] | offset )
//   symbol     = "head" | "heads" | "base" | "current" | id | prefix | label
//   offset     = ( "+" | "-" ) digits
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "migrate/script/detail/resolver.hpp"

namespace migrate::script::detail {
namespace {

constexpr long long k_farthest = 1'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Where the trailing ±digits of a word begin, if it has them.
std::optional<std::size_t> offset_position(std::string_view word) {
  std::size_t at = word.size();
  while (at > 0 && is_digit(word[at - 1])) --at;
  if (at == 0 || at == word.size() || (word[at - 1] != '+' && word[at - 1] != '-')) return std::nullopt;
  return at - 1;
}

/// The number with its sign; anything larger than a history can be is simply far.
long long to_offset(std::string_view text) {
  long long value = 0;
  const auto digits = text.substr(1);
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc() || value > k_farthest) value = k_farthest;
  return text.front() == '-' ? -value : value;
}

bool is_keyword(std::string_view word) {
  return word == "head" || word == "heads" || word == "base" || word == "current";
}

/// "feat-2x", "feat-2": labels win over "feat, two down".
bool is_name(const RevisionGraph& graph, std::string_view word, std::string_view before_offset) {
  if (graph.find(word) || graph.find_label(word)) return true;
  if (before_offset.empty() || is_keyword(before_offset)) return false;
  if (graph.find(before_offset) || graph.find_label(before_offset)) return false;
  return !graph.names_with_prefix(word).empty();
}

[[noreturn]] void fail(std::string_view text, std::string_view what) {
  throw ResolutionError(ResolutionFault::unknown_revision, fmt::format("'{}' names no revision: {}", text, what),
                        "Write an id, a label, head, base, LABEL@head, ID-1 or +1.");
}

}  // namespace

Identifier parse_identifier(const RevisionGraph& graph, std::string_view text) {
  if (text.empty()) fail(text, "it is empty");
  if (text.find(':') != std::string_view::npos) {
    throw ResolutionError(ResolutionFault::range_not_allowed,
                          fmt::format("'{}' is a range, one revision is wanted here", text),
                          "Ranges are for 'migrate history -r' and for upgrade and downgrade with --sql.");
  }
  Identifier result;
  result.text = text;
  std::string_view rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    result.branch = std::string(rest.substr(0, at));
    rest.remove_prefix(at + 1);
    if (result.branch->empty()) fail(text, "a label or id must stand before the '@'");
    if (rest.empty()) fail(text, "something must stand after the '@'");
    if (rest.find('@') != std::string_view::npos) fail(text, "it has more than one '@'");
  }
  const auto at = offset_position(rest);
  if (!at || is_name(graph, rest, rest.substr(0, *at))) {
    result.symbol = rest;
    return result;
  }
  result.symbol = rest.substr(0, *at);
  result.offset = to_offset(rest.substr(*at));
  return result;
}

bool stands_on_rows(std::string_view identifier) {
  if (const auto at = identifier.find('@'); at != std::string_view::npos) identifier.remove_prefix(at + 1);
  const auto at = offset_position(identifier);
  if (at == std::size_t{0}) return identifier.front() == '+';
  return identifier.substr(0, at.value_or(identifier.size())) == "current";
}

}  // namespace migrate::script::detail
