#include "migrate/command/revision_body.hpp"

#include <fmt/format.h>

namespace migrate::command {
namespace {

/// A delimiter for a raw string that the text does not close.
std::string delimiter_for(const std::string& text) {
  std::string delimiter = "sql";
  while (text.find(")" + delimiter + "\"") != std::string::npos) delimiter += "_";
  return delimiter;
}

std::string cpp_body(const schema::Group& group) {
  std::string text;
  if (!group.transactional)
    text +=
        "    // Outside a transaction: each statement is committed by itself.\n"
        "    auto autocommit = op.autocommit_block();\n";
  for (const auto& statement : group.statements) {
    if (!text.empty()) text += '\n';
    for (const auto& hazard : statement.hazards) text += fmt::format("    // hazard: {}\n", schema::describe(hazard));
    const std::string delimiter = delimiter_for(statement.sql);
    text += fmt::format("    op.execute(R\"{0}({1}){0}\");\n", delimiter, statement.sql);
  }
  return text;
}

}  // namespace

std::string revision_body(const schema::Group& group, script::RevisionType type) {
  if (group.statements.empty()) return {};
  return type == script::RevisionType::cpp ? cpp_body(group) : schema::to_script({group});
}

}  // namespace migrate::command
