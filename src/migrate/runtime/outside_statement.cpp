#include "migrate/runtime/outside_statement.hpp"

#include <span>
#include <utility>

#include "migrate/sql/checksum.hpp"

namespace migrate::runtime {
namespace {

std::string checksum_of(std::string_view sql, std::span<const sql::Statement> statements) {
  const auto each = sql::statement_checksums(sql, statements);
  return each.empty() ? std::string() : each.front();
}

}  // namespace

bool OutsideStatement::makes_index() const {
  return subject && subject->kind == sql::SubjectKind::create_index_concurrently;
}

OutsideStatement outside_statement(const PreparedStep& step, const sql::Statement& statement, std::string checksum) {
  return {.sql = statement.text.of(step.text),
          .facts = statement,
          .checksum = std::move(checksum),
          .place = place(step.path, step.text, statement.text.offset),
          .subject = sql::subject_of(step.text, statement),
          .add_to = [&step, &statement](Message& message) { message.add(step, statement); }};
}

OutsideStatement outside_statement(const PlacedStatement& statement) {
  OutsideStatement result;
  result.sql = statement.sql;
  result.place = statement.place;
  result.add_to = [&statement](Message& message) { message.add(statement); };
  // Its COPY data travels apart from it, and belongs behind it.
  std::string text = statement.sql;
  if (statement.copy_data) {
    text.append(";\n").append(*statement.copy_data);
    if (!text.ends_with('\n')) text += '\n';
    text.append("\\.\n");
  }
  const auto statements = sql::split(text);
  if (statements.empty()) return result;
  result.facts = statements.front();
  result.checksum = checksum_of(text, statements);
  result.subject = sql::subject_of(text, result.facts);
  return result;
}

}  // namespace migrate::runtime
