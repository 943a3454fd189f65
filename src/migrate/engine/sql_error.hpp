#pragma once
#include <cstddef>
#include <exception>
#include <memory>

#include "migrate/engine/error.hpp"

namespace migrate::engine {

/// A constraint does not allow it (SQLSTATE class 23); fields() names schema, table, column and constraint where the
/// server tells.
class IntegrityError : public SqlError {
 public:
  using SqlError::SqlError;
};

/// 23505: there is such a row already.
class UniqueViolation : public IntegrityError {
 public:
  using IntegrityError::IntegrityError;
};

/// 23503, 23001: the row that is referred to is missing, or the row is still referred to.
class ForeignKeyViolation : public IntegrityError {
 public:
  using IntegrityError::IntegrityError;
};

/// 23514
class CheckViolation : public IntegrityError {
 public:
  using IntegrityError::IntegrityError;
};

/// 23502
class NotNullViolation : public IntegrityError {
 public:
  using IntegrityError::IntegrityError;
};

/// 23P01
class ExclusionViolation : public IntegrityError {
 public:
  using IntegrityError::IntegrityError;
};

/// The server has rolled the transaction back to let another one pass: run all of it again, see SessionFactory::with
/// and retry().
class TransactionRollbackError : public SqlError {
 public:
  using SqlError::SqlError;
};

/// 40001
class SerializationError : public TransactionRollbackError {
 public:
  using TransactionRollbackError::TransactionRollbackError;
};

/// 40P01
class DeadlockError : public TransactionRollbackError {
 public:
  using TransactionRollbackError::TransactionRollbackError;
};

/// Throws the class of SqlError that the fields' SQLSTATE asks for.
[[noreturn]] void throw_sql_error(ErrorFields fields, std::size_t statement_index,
                                  FailurePhase phase = FailurePhase::statement);
/// The same as a value, to be thrown later with its class.
[[nodiscard]] std::exception_ptr make_sql_error(ErrorFields fields, std::size_t statement_index);

}  // namespace migrate::engine
