#include "migrate/runtime/step_outline.hpp"

#include <fmt/format.h>

#include <charconv>

#include "migrate/runtime/cpp_script.hpp"
#include "migrate/runtime/outside_run.hpp"
#include "migrate/sql/position.hpp"

namespace migrate::runtime {
namespace {

/// Places of a text, asked for in ascending order: a dump of ten thousand statements is gone through once.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {}

  sql::Position at(std::size_t offset) {
    auto found = sql::position_at(text_.substr(line_start_), offset - line_start_);
    found.line += lines_before_;
    lines_before_ = found.line - 1;
    if (offset > 0) line_start_ = text_.rfind('\n', offset - 1) + 1;  // npos + 1 == 0
    return found;
  }

 private:
  std::string_view text_;
  std::size_t line_start_ = 0;
  int lines_before_ = 0;
};

OutlinedStatement of_section(const PreparedStep& step, const sql::Statement& statement, sql::Position position) {
  OutlinedStatement result;
  result.file = step.path.string();
  result.line = static_cast<std::size_t>(position.line);
  result.column = static_cast<std::size_t>(position.column);
  result.sql = statement.text.of(step.text);
  result.kind = statement.kind;
  if (statement.copy_data) result.copy_bytes = statement.copy_data->length;
  result.outside = !step.transaction;
  result.effect = sql::effect_of(step.text, statement);
  return result;
}

/// "versions/ab_x.cpp:12" taken apart.
void set_place(const std::string& place, OutlinedStatement& statement) {
  statement.file = place;
  const auto colon = place.rfind(':');
  if (colon == std::string::npos) return;
  const char* const end = place.data() + place.size();
  std::size_t line = 0;
  const auto [last, error] = std::from_chars(place.data() + colon + 1, end, line);
  if (error != std::errc() || last != end) return;
  statement.line = line;
  statement.file.resize(colon);
}

OutlinedStatement of_function(const PlacedStatement& statement, bool outside) {
  const auto facts = outside_statement(statement).facts;
  OutlinedStatement result;
  set_place(statement.place, result);
  result.sql = statement.sql;
  result.kind = facts.kind;
  if (statement.copy_data) result.copy_bytes = statement.copy_data->size();
  result.outside = outside;
  result.effect = sql::effect_of(statement.sql, facts);
  return result;
}

StepOutline of_function(const PreparedStep& step, const RevisionInputs& inputs) {
  auto [statements, questions] = previewed_statements(step, inputs);
  StepOutline result;
  result.questions = std::move(questions);
  bool outside = !step.transaction;
  for (const auto& statement : statements) {
    if (statement.kind == PlacedStatement::Kind::statement) {
      result.statements.push_back(of_function(statement, outside));
    } else {
      outside = statement.kind == PlacedStatement::Kind::begin_autocommit;
    }
  }
  return result;
}

}  // namespace

std::string OutlinedStatement::place() const {
  if (line == 0) return file;
  return column == 0 ? fmt::format("{}:{}", file, line) : fmt::format("{}:{}:{}", file, line, column);
}

StepOutline outline(const PreparedStep& step, const RevisionInputs& inputs) {
  if (step.cpp_body) return of_function(step, inputs);
  StepOutline result;
  result.statements.reserve(step.statements.size());
  Places places(step.text);
  for (const auto& statement : step.statements) {
    result.statements.push_back(of_section(step, statement, places.at(statement.text.offset)));
  }
  return result;
}

}  // namespace migrate::runtime
