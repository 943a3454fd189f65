#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/schema/naming.hpp"
#include "migrate/schema/operation.hpp"

namespace migrate::schema {

/// An operation that makes no sense whatever the database holds: USING without a type, an index without columns.
/// The message names the operation; the caller adds the place.
class OperationError : public base::Error {
 public:
  using Error::Error;
};

/// The statements that carry out an operation, in order, without semicolons; one may be put behind each, comments are
/// closed. Only execute()'s text is as the user wrote it, and may be several. Pure: the same text online and offline.
/// Throws OperationError.
std::vector<std::string> to_sql(const Operation& operation, const NamingConvention& naming = {});

/// Alembic's name of the operation: "create_index".
std::string_view name_of(const Operation& operation);

/// An SQL literal of a value, as bulk_insert and execute write it.
std::string to_literal(const Value& value);

}  // namespace migrate::schema
