#include "migrate/sql/detail/difference.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/sql/detail/canonical.hpp"

namespace migrate::sql::detail {
namespace {

constexpr std::size_t k_widest = 72;   ///< bytes of a statement in a line
constexpr std::size_t k_before = 16;   ///< of them before the difference,
constexpr std::size_t k_opening = 24;  ///< and of the statement's opening words

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The nearest place at or before `at` that is not within a character.
std::size_t character_start(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) --at;
  return at;
}

/// A text on one line, and where in it the place of interest went.
struct OneLine {
  std::string text;
  std::size_t focus = 0;
};

void append_on_one_line(std::string_view source, std::size_t focus, OneLine& line) {
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (i == focus) line.focus = line.text.size();
    const bool is_gap = is_blank(source[i]);
    if (!is_gap) line.text += source[i];
    if (is_gap && !line.text.empty() && line.text.back() != ' ') line.text += ' ';
  }
}

std::string in_backquotes(const OneLine& line) {
  const std::string_view text = line.text;
  if (text.size() <= k_widest) return fmt::format("`{}`", text);
  if (line.focus + k_before < k_widest) return fmt::format("`{}…`", text.substr(0, character_start(text, k_widest)));
  const std::size_t from = character_start(text, line.focus - k_before);
  const std::size_t end = character_start(text, from + k_widest - k_opening);
  return fmt::format("`{}… …{}{}`", text.substr(0, character_start(text, k_opening)), text.substr(from, end - from),
                     end < text.size() ? "…" : "");
}

OneLine on_one_line(std::string_view text, const CanonicalForm& form, std::size_t focus) {
  OneLine line;
  std::size_t end = 0;
  for (const CanonicalToken& token : form.tokens()) {
    const char kind = form.bytes()[token.canonical.offset];
    if (kind == ';' || kind == 'd') continue;
    const Range source = token.source;
    if (!line.text.empty() && source.offset > end) line.text += ' ';
    end = source.end();
    if (focus < source.offset || focus >= end) {
      append_on_one_line(source.of(text), source.length, line);
    } else {
      append_on_one_line(source.of(text), focus - source.offset, line);
    }
  }
  if (focus >= end) line.focus = line.text.size();
  return line;
}

/// Short tokens differ as a whole: "int" from "integer".
std::size_t first_difference(std::string_view before, std::string_view after) {
  if (std::min(before.size(), after.size()) <= k_before) return 0;
  return static_cast<std::size_t>(std::ranges::mismatch(before, after).in2 - after.begin());
}

/// COPY data differ: the first lines that do.
Difference show_data(std::string_view old_text, Range old_data, std::string_view new_text, Range new_data) {
  std::string_view old_rest = old_data.of(old_text);
  std::string_view new_rest = new_data.of(new_text);
  const auto line_of = [](std::string_view rest) { return rest.substr(0, rest.find('\n')); };
  const auto shown = [&](std::string_view rest) {
    OneLine line;
    append_on_one_line(line_of(rest), 0, line);
    return rest.empty() ? std::string("the end of the data") : "data " + in_backquotes(line);
  };
  while (!old_rest.empty() && !new_rest.empty() && base::trim(line_of(old_rest)) == base::trim(line_of(new_rest))) {
    old_rest.remove_prefix(std::min(line_of(old_rest).size() + 1, old_rest.size()));
    new_rest.remove_prefix(std::min(line_of(new_rest).size() + 1, new_rest.size()));
  }
  return {shown(old_rest), shown(new_rest), new_data.end() - new_rest.size()};
}

}  // namespace

Difference show_difference(Placed before, Placed after) {
  CanonicalForm old_form(CanonicalForm::Keep::bytes_and_tokens);
  CanonicalForm new_form(CanonicalForm::Keep::bytes_and_tokens);
  old_form.add(before.text, before.statement);
  new_form.add(after.text, after.statement);
  const auto same = [&](const CanonicalToken& a, const CanonicalToken& b) {
    return a.canonical.of(old_form.bytes()) == b.canonical.of(new_form.bytes());
  };
  const auto [old_token, new_token] = std::ranges::mismatch(old_form.tokens(), new_form.tokens(), same);
  const auto& old_data = before.statement.copy_data;
  const auto& new_data = after.statement.copy_data;
  const bool data_only = old_data && new_data && old_token != old_form.tokens().end() &&
                         new_token != new_form.tokens().end() && old_token->source.offset == old_data->offset &&
                         new_token->source.offset == new_data->offset;
  if (data_only) return show_data(before.text, *old_data, after.text, *new_data);

  const Range old_source = old_token == old_form.tokens().end() ? Range{} : old_token->source;
  const Range new_source = new_token == new_form.tokens().end() ? Range{} : new_token->source;
  const std::size_t inside = first_difference(old_source.of(before.text), new_source.of(after.text));
  return {in_backquotes(on_one_line(before.text, old_form, old_source.offset + inside)),
          in_backquotes(on_one_line(after.text, new_form, new_source.offset + inside)), new_source.offset + inside};
}

std::string show_start(Placed placed) {
  CanonicalForm form(CanonicalForm::Keep::bytes_and_tokens);
  form.add(placed.text, placed.statement);
  return in_backquotes(on_one_line(placed.text, form, placed.statement.text.offset));
}

}  // namespace migrate::sql::detail
