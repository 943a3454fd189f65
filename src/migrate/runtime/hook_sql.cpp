#include "migrate/runtime/hook_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/sql/placeholder.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

const HookName* name_of(std::string_view word) {
  const auto found = std::ranges::find(hook_names(), word, &HookName::name);
  return found == hook_names().end() ? nullptr : &*found;
}

void check_names(std::string_view text) {
  std::vector<std::string> known;
  for (const auto& name : hook_names()) known.emplace_back(name.name);
  for (const auto& placeholder : sql::find_placeholders(text)) {
    if (name_of(placeholder.name) != nullptr) continue;
    const auto near = base::nearest(placeholder.name, known);
    throw base::Error(
        fmt::format("unknown name :'{}'{}", placeholder.name, near ? fmt::format("; did you mean :'{}'?", *near) : ""),
        near ? "" : fmt::format("Known here: :'{}'.", base::join(known, "', :'")));
  }
}

void check_statement(const sql::Statement& statement) {
  const bool control = statement.control == sql::TransactionControl::begins ||  //
                       statement.control == sql::TransactionControl::ends;
  if (control || statement.refuses_transaction) {
    throw base::Error(fmt::format("{} cannot run here", statement.kind),
                      "The hook runs inside the transaction of the step, which migrate itself begins and commits.");
  }
  if (statement.copy_data) {
    throw base::Error("COPY with data in the text cannot run here", "Write INSERT INTO … VALUES (…).");
  }
}

std::string rendered(std::string_view statement, const HookValues& values) {
  std::string text;
  std::size_t at = 0;
  for (const auto& placeholder : sql::find_placeholders(statement)) {
    text.append(statement.substr(at, placeholder.text.offset - at));
    text.append(sql::quote_literal(values.*(name_of(placeholder.name)->value)));
    at = placeholder.text.end();
  }
  return text.append(statement.substr(at));
}

}  // namespace

HookValues hook_values(const PreparedStep& step) {
  const auto direction = step.step.stamp ? std::string_view("stamp") : to_string(step.step.direction);
  return {step.step.revision, std::string(direction), base::join(step.step.rows_after, ","), step.title};
}

const std::vector<HookName>& hook_names() {
  static const std::vector<HookName> names{{"revision", &HookValues::revision},
                                           {"direction", &HookValues::direction},
                                           {"heads", &HookValues::heads},
                                           {"title", &HookValues::title}};
  return names;
}

HookSql::HookSql(std::string_view text) {
  check_names(text);
  for (const auto& statement : sql::split(text)) {
    check_statement(statement);
    statements_.emplace_back(statement.text.of(text));
  }
  if (statements_.empty()) throw base::Error("there is no statement in it", "Write one, such as INSERT INTO …");
}

std::vector<std::string> HookSql::statements(const HookValues& values) const {
  std::vector<std::string> result;
  result.reserve(statements_.size());
  for (const auto& statement : statements_) result.push_back(rendered(statement, values));
  return result;
}

}  // namespace migrate::runtime
