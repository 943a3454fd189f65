#include "migrate/schema/ddl.hpp"

#include <fmt/format.h>

#include "migrate/schema/detail/ddl.hpp"
#include "migrate/schema/detail/operation_names.hpp"

namespace migrate::schema {
namespace {

std::vector<std::string> render(const Operation& operation, const NamingConvention& naming) {
  return std::visit(
      [&](const auto& alternative) {
        if constexpr (requires { detail::ddl(alternative, naming); }) {
          return detail::ddl(alternative, naming);
        } else {
          return detail::ddl(alternative);
        }
      },
      operation);
}

}  // namespace

std::vector<std::string> to_sql(const Operation& operation, const NamingConvention& naming) {
  const auto prefix = [&] {
    const std::string subject = detail::subject_of(operation);
    return fmt::format("{}{}", name_of(operation), subject.empty() ? "" : " \"" + subject + "\"");
  };
  try {
    std::vector<std::string> statements = render(operation, naming);
    for (const std::string& statement : statements) {
      if (statement.find('\0') != std::string::npos) {
        detail::refuse("there is a zero byte in it", "PostgreSQL's texts and names cannot hold zero bytes.");
      }
    }
    return statements;
  } catch (const base::Error& error) {
    throw OperationError(fmt::format("{}: {}", prefix(), error.what()), error.hint());
  }
}

std::string_view name_of(const Operation& operation) {
  return std::visit([](const auto& alternative) { return detail::operation_name(alternative); }, operation);
}

}  // namespace migrate::schema
