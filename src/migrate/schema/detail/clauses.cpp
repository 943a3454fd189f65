#include "migrate/schema/detail/clauses.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/sql/open_comment.hpp"
#include "migrate/sql/quote.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::schema::detail {
namespace {

bool is_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !digits.empty() && is_digit(digits.front()) && is_digit(digits.back()) &&
         std::ranges::all_of(digits, [&](char c) { return is_digit(c) || c == '.'; }) &&
         std::ranges::count(digits, '.') <= 1;
}

/// Upper case, and one blank where there was any blank.
std::string normalised(std::string_view text) {
  std::string result;
  for (const char c : base::trim(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      result += c;
    } else if (!result.ends_with(' ')) {
      result += ' ';
    }
  }
  return base::to_upper(result);
}

std::string parameter_value(std::string_view value) {
  const std::string_view trimmed = base::trim(value);
  const std::string lower = base::to_lower(trimmed);
  if (is_number(trimmed)) return std::string(trimmed);
  if (lower == "true" || lower == "false" || lower == "on" || lower == "off") return lower;
  return sql::quote_literal(value);
}

}  // namespace

void refuse(const std::string& fault, std::string hint) {
  throw OperationError(fault, std::move(hint));
}

std::string identifier(std::string_view name, std::string_view what) {
  if (name.empty()) refuse(fmt::format("{} has no name", what));
  return sql::quote_identifier(name);
}

std::string qualified(std::string_view schema, std::string_view name, std::string_view what) {
  const std::string last = identifier(name, what);
  return schema.empty() ? last : sql::quote_identifier(schema) + "." + last;
}

std::string identifier_list(const Names& names, std::string_view what) {
  if (names.empty()) refuse(fmt::format("{}: at least one has to be named", what));
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ", ";
    list += identifier(name, fmt::format("one of {}", what));
  }
  return list;
}

std::string listed_clause(std::string_view words, const Names& names, std::string_view what) {
  if (names.empty()) return {};
  return fmt::format("{}{} ({})", words.empty() ? "" : " ", words, identifier_list(names, what));
}

std::string named_clause(std::string_view words, std::string_view name, std::string_view what) {
  return name.empty() ? std::string() : fmt::format(" {} {}", words, identifier(name, what));
}

std::string fragment(std::string_view given, std::string_view what) {
  std::string text(base::trim(given));
  if (text.empty()) refuse(fmt::format("{} is empty", what), "It takes SQL; the empty text is written ''.");
  if (sql::ends_in_comment(text)) text += '\n';
  return text;
}

std::string in_parentheses(std::string_view given, std::string_view what) {
  return "(" + fragment(given, what) + ")";
}

std::string query(std::string_view text) {
  const auto statements = sql::split(text);
  if (statements.empty()) refuse("the query is empty");
  if (statements.size() > 1) refuse("the query is more than one statement", "A view is one SELECT.");
  return fragment(statements.front().text.of(text), "the query");
}

std::string word(std::string_view given, std::initializer_list<std::string_view> known, std::string_view what) {
  const std::string found = normalised(given);
  if (std::ranges::find(known, found) != known.end()) return found;
  const std::vector<std::string> words(known.begin(), known.end());
  const auto meant = base::nearest(found, words);
  refuse(fmt::format("{} is \"{}\", which PostgreSQL does not know there", what, given),
         fmt::format("{}It can be {}.", meant ? fmt::format("Did you mean {}? ", *meant) : std::string(),
                     base::join(words, ", ")));
}

std::string role(std::string_view name, bool allows_public) {
  const std::string upper = base::to_upper(name);
  if (upper == "PUBLIC" && !allows_public) {
    refuse("PUBLIC is not a role that can stand there", "Name a role, or CURRENT_USER.");
  }
  for (const std::string_view known : {"PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"}) {
    if (upper == known) return upper;
  }
  return identifier(name, "a role");
}

std::string role_list(const Names& roles) {
  if (roles.empty()) refuse("no role is named", "Name roles, or PUBLIC for everybody.");
  std::string list;
  for (const std::string& name : roles) {
    if (!list.empty()) list += ", ";
    list += role(name);
  }
  return list;
}

std::string collate_clause(std::string_view collation) {
  if (collation.empty()) return {};
  if (collation.find('"') != std::string_view::npos) return fmt::format(" COLLATE {}", collation);
  return " COLLATE " + sql::quote_identifier(collation);
}

std::string parameter_name(std::string_view name) {
  if (name.empty()) refuse("a parameter has no name");
  std::string result;
  for (const std::string_view part : base::split(name, '.')) {  // toast.autovacuum_enabled
    if (!result.empty()) result += '.';
    result += identifier(part, "a parameter");
  }
  return result;
}

std::string parameter_list(const Parameters& parameters) {
  std::string list;
  for (const auto& [name, value] : parameters) {
    if (!list.empty()) list += ", ";
    list += parameter_name(name);
    if (!value.empty()) list += " = " + parameter_value(value);
  }
  return list;
}

std::string with_clause(const Parameters& parameters) {
  return parameters.empty() ? std::string() : fmt::format(" WITH ({})", parameter_list(parameters));
}

std::string deferral(const std::optional<bool>& deferrable, std::string_view initially) {
  std::string text;
  if (deferrable) text += *deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
  if (initially.empty()) return text;
  const std::string when = word(initially, {"DEFERRED", "IMMEDIATE"}, "initially");
  if (when == "DEFERRED" && deferrable == false) {
    refuse("initially is \"DEFERRED\", but deferrable is false", "Set .deferrable = true.");
  }
  return text + " INITIALLY " + when;
}

std::string sequence_options(const SequenceOptions& options) {
  std::string text;
  const auto add = [&](std::string_view words, const std::optional<long long>& number) {
    if (number) text += fmt::format("{}{} {}", text.empty() ? "" : " ", words, *number);
  };
  add("START WITH", options.start);
  add("INCREMENT BY", options.increment);
  add("MINVALUE", options.minvalue);
  add("MAXVALUE", options.maxvalue);
  add("CACHE", options.cache);
  if (options.cycle) text += fmt::format("{}{}", text.empty() ? "" : " ", *options.cycle ? "CYCLE" : "NO CYCLE");
  return text;
}

std::string type_sql(const Type& type, std::string_view what) {
  if (!type.name.empty()) {
    std::string text = sql::quote_qualified(type.schema, type.name);
    for (int i = 0; i < type.dimensions; ++i) text += "[]";
    return text;
  }
  if (base::trim(type.sql).empty()) refuse(fmt::format("{} has no type", what));
  return fragment(type.sql, what);
}

std::string enum_type(std::string_view schema, std::string_view name, const Names& labels) {
  std::string list;
  for (const std::string& label : labels) {
    if (std::ranges::count(labels, label) > 1) refuse(fmt::format("the label \"{}\" is listed twice", label));
    if (!list.empty()) list += ", ";
    list += sql::quote_literal(label);
  }
  return fmt::format("CREATE TYPE {} AS ENUM ({})", qualified(schema, name, "the enum"), list);
}

void create_enum_type(const Type& type, bool guarded, Statements& statements) {
  if (type.labels.empty()) return;
  if (type.name.empty()) refuse("an Enum has labels and no name", "Set .name.");
  std::string statement = enum_type(type.schema, type.name, type.labels);
  if (guarded) {  // CREATE TYPE knows no IF NOT EXISTS
    std::string tag = "$$";
    while (statement.find(tag) != std::string::npos) tag.insert(1, "q");
    statement = fmt::format("DO {0} BEGIN {1}; EXCEPTION WHEN duplicate_object THEN NULL; END {0}", tag, statement);
  }
  if (std::ranges::find(statements, statement) == statements.end()) statements.push_back(std::move(statement));
}

std::string comment_on(std::string_view subject, const std::optional<std::string>& comment) {
  const bool given = comment && !comment->empty();
  return fmt::format("COMMENT ON {} IS {}", subject, given ? sql::quote_literal(*comment) : "NULL");
}

}  // namespace migrate::schema::detail
