#include "rendering.hpp"

#include <catch2/catch.hpp>

#include "migrate/base/text.hpp"
#include "migrate/schema/sink.hpp"
#include "migrate/sql/statement.hpp"
#include "migrate/sql/syntax.hpp"

namespace rendering {

using namespace migrate;
using namespace migrate::schema;

std::vector<Operation> operations_of(const Revision& revision) {
  std::vector<Operation> operations;
  const auto receive = [](void* host, const char* request, std::size_t size, const char** reply, std::size_t* length) {
    for (auto& placed : decode_request({request, size}).operations) {
      static_cast<std::vector<Operation>*>(host)->push_back(std::move(placed.operation));
    }
    *reply = nullptr;
    *length = 0;
    return 0;
  };
  Sink sink(MigrateChannel{&operations, receive, nullptr}, {});
  Operations op(sink);
  revision(op);
  sink.call(Request{});
  return operations;
}

std::vector<std::string> statements_of(const Revision& revision, const NamingConvention& naming) {
  std::vector<std::string> statements;
  for (const Operation& operation : operations_of(revision)) {
    for (auto& statement : to_sql(operation, naming)) {
      CAPTURE(statement);
      const auto error = sql::check_syntax(statement);
      CHECK((error ? error->message : "") == "");
      CHECK(sql::split(statement).size() == 1);
      CHECK(!sql::check_syntax(statement + "; SELECT 1"));
      CHECK(sql::split(statement + "; SELECT 1").size() == 2);
      statements.push_back(std::move(statement));
    }
  }
  return statements;
}

std::string sql_of(const Revision& revision, const NamingConvention& naming) {
  return base::join(statements_of(revision, naming), ";\n");
}

std::string fault_of(const Revision& revision, const NamingConvention& naming) {
  for (const Operation& operation : operations_of(revision)) {
    try {
      const auto statements = to_sql(operation, naming);
      FAIL_CHECK("accepted: " + base::join(statements, ";\n"));
    } catch (const OperationError& error) {
      CHECK(std::string_view(error.what()).starts_with(name_of(operation)));
      return std::string(error.what()) + "\n" + error.hint();
    }
  }
  return {};
}

void check(const std::vector<Case>& cases, const NamingConvention& naming) {
  for (const auto& [revision, sql] : cases) CHECK(sql_of(revision, naming) == sql);
}

void check_faults(const std::vector<Fault>& faults) {
  for (const auto& [revision, part] : faults) CHECK_THAT(fault_of(revision), Catch::Contains(part));
}

NamingConvention usual_naming() {
  return {"ix_%(column_0_label)s", "uq_%(table_name)s_%(column_0_name)s", "ck_%(table_name)s_%(constraint_name)s",
          "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk_%(table_name)s"};
}

}  // namespace rendering
