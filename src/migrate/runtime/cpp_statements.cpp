#include "migrate/runtime/cpp_statements.hpp"

#include <fmt/format.h>

#include <iterator>

#include "migrate/schema/ddl.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::runtime {
namespace {

void check_inside_transaction(const sql::Statement& statement, const std::string& place) {
  const bool begins = statement.control == sql::TransactionControl::begins;
  if (begins || statement.control == sql::TransactionControl::ends) {
    throw CppFault(place, fmt::format("{} in a revision that runs in a transaction", statement.kind),
                   "migrate wraps each revision in BEGIN and COMMIT itself: remove this statement, or write"
                   " `// transaction: false` into the header to control transactions yourself.");
  }
  if (statement.refuses_transaction) {
    throw CppFault(place, fmt::format("PostgreSQL refuses this {} inside a transaction", statement.kind),
                   "Put it under `auto block = op.autocommit_block();`, or write `// transaction: false` into the"
                   " header.");
  }
}

std::vector<std::string> sql_of(const schema::PlacedOperation& operation, const schema::NamingConvention& naming,
                                const std::string& place) {
  try {
    return schema::to_sql(operation.operation, naming);
  } catch (const schema::OperationError& error) {
    throw CppFault(place, error.what(), error.hint());
  }
}

}  // namespace

CppFault::CppFault(std::string place, const std::string& what, std::string hint)
    : Error(fmt::format("{}: {}", place, what), std::move(hint)), place_(std::move(place)), what_(what) {}

std::string cpp_place(const std::filesystem::path& path, const std::string& file, unsigned line) {
  if (file.empty() || line == 0) return path.string();
  // The compiler was told other paths than migrate's user; a header of the project is known by the compiler's.
  const bool is_revision = std::filesystem::path(file).filename() == path.filename();
  return fmt::format("{}:{}", is_revision ? path.string() : file, line);
}

std::vector<PlacedStatement> cut_statements(const std::string& text, const std::string& place, bool outside) {
  std::vector<sql::Statement> cut;
  try {
    cut = sql::split(text);
  } catch (const sql::SqlSyntaxError& error) {
    throw CppFault(place, error.what(), error.hint());
  }
  std::vector<PlacedStatement> statements;
  statements.reserve(cut.size());
  for (const auto& statement : cut) {
    if (!outside) check_inside_transaction(statement, place);
    auto& placed = statements.emplace_back();
    placed.sql = statement.text.of(text);
    if (statement.copy_data) placed.copy_data = std::string(statement.copy_data->of(text));
    placed.place = place;
    placed.refuses_transaction = statement.refuses_transaction;
    placed.touches_session = statement.touches_session;
  }
  return statements;
}

std::vector<PlacedStatement> CppRenderer::render(std::span<const schema::PlacedOperation> operations) {
  using Kind = PlacedStatement::Kind;
  std::vector<PlacedStatement> statements;
  for (const auto& operation : operations) {
    const std::string place = cpp_place(path_, operation.file, operation.line);
    const bool begins = std::holds_alternative<schema::BeginAutocommit>(operation.operation);
    if (begins || std::holds_alternative<schema::EndAutocommit>(operation.operation)) {
      const bool was_outside = outside();
      blocks_ += begins ? 1 : -1;
      if (was_outside == outside()) continue;
      auto& mark = statements.emplace_back();
      mark.kind = begins ? Kind::begin_autocommit : Kind::end_autocommit;
      mark.place = place;
      continue;
    }
    for (const auto& sql : sql_of(operation, naming_, place)) {
      auto cut = cut_statements(sql, place, outside());
      statements.insert(statements.end(), std::make_move_iterator(cut.begin()), std::make_move_iterator(cut.end()));
    }
  }
  return statements;
}

}  // namespace migrate::runtime
