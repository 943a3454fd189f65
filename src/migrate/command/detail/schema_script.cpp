#include "migrate/command/detail/schema_script.hpp"

#include <fmt/format.h>

#include "migrate/sql/statement.hpp"

namespace migrate::command::detail {
namespace {

bool sets_session(const sql::Statement& statement, std::string_view text) {
  if (statement.kind == "SET" || statement.kind == "RESET") return true;
  return statement.kind == "SELECT" && text.find("set_config(") != std::string_view::npos;
}

std::vector<sql::Statement> cut(const SchemaFile& file) {
  try {
    return sql::split(file.text);
  } catch (const sql::SqlSyntaxError& error) {
    throw SchemaError(fmt::format("{}: {}", file.place(error.offset()), error.what()), error.hint());
  }
}

}  // namespace

SchemaScript::SchemaScript(const SchemaFile& file) : file_(&file) {
  for (const sql::Statement& statement : cut(file)) {
    if (statement.control != sql::TransactionControl::none) continue;
    const std::string_view text = statement.text.of(file.text);
    as_one_.append(text).append(";\n");
    if (statement.copy_data) copy_data_.push_back(statement.copy_data->of(file.text));
    if (statement.refuses_transaction) runs_as_one_ = false;
    if (sets_session(statement, text)) {
      settings_.push_back(text);
      continue;
    }
    Piece& piece = pieces_.emplace_back();
    piece.text = text;
    if (statement.copy_data) piece.data = statement.copy_data->of(file.text);
    piece.offset = statement.text.offset;
    piece.settings_before = settings_.size();
    piece.kind = statement.kind;
  }
}

}  // namespace migrate::command::detail
