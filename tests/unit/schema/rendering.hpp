#pragma once
#include <functional>
#include <string>
#include <vector>

#include "migrate/op.hpp"
#include "migrate/schema/ddl.hpp"

/// What revisions ask for, as the SQL that migrate makes of it.
namespace rendering {

using Revision = std::function<void(migrate::schema::Operations&)>;

/// The operations, sent and received as bytes like those of a revision's module.
std::vector<migrate::schema::Operation> operations_of(const Revision& revision);
/// Fails the test for a statement that PostgreSQL's parser refuses.
std::vector<std::string> statements_of(const Revision& revision, const migrate::schema::NamingConvention& naming = {});
/// The same, joined with ";\n".
std::string sql_of(const Revision& revision, const migrate::schema::NamingConvention& naming = {});
/// Message and hint of the OperationError, on two lines; fails the test when there is none.
std::string fault_of(const Revision& revision, const migrate::schema::NamingConvention& naming = {});

struct Case {
  Revision revision;
  std::string sql;
};
void check(const std::vector<Case>& cases, const migrate::schema::NamingConvention& naming = {});

struct Fault {
  Revision revision;
  std::string part;  ///< of message or hint
};
void check_faults(const std::vector<Fault>& faults);

/// SQLAlchemy's usual convention.
migrate::schema::NamingConvention usual_naming();

}  // namespace rendering

/// A revision of one operation: OP(drop_table("t"))
#define OP(...) [](migrate::schema::Operations& op) { op.__VA_ARGS__; }
