#include "migrate/engine/failure.hpp"

#include <catch2/catch.hpp>

#include "migrate/engine/sql_error.hpp"

using namespace migrate::engine;

namespace {

FailureClass of_statement(std::string_view sqlstate) {
  return classify(sqlstate, FailurePhase::statement, SocketState::usable);
}

FailureClass of_loss(std::string_view sqlstate) {
  return classify(sqlstate, FailurePhase::statement, SocketState::broken);
}

ErrorFields fields_of(std::string sqlstate) {
  ErrorFields fields;
  fields.severity = "ERROR";
  fields.sqlstate = std::move(sqlstate);
  fields.message = "no";
  return fields;
}

template <typename Error>
bool throws_as(const std::string& sqlstate) {
  try {
    throw_sql_error(fields_of(sqlstate), 3);
  } catch (const Error& error) {
    return error.sqlstate() == sqlstate && error.statement_index() == 3 && error.phase() == FailurePhase::statement;
  } catch (const SqlError&) {
    return false;
  }
}

}  // namespace

TEST_CASE("a statement that failed on a living connection puts nothing else out of use", "[engine][failure]") {
  for (const auto* sqlstate : {"42601", "23505", "22012", "25P02", "57014", "40001", "53100"}) {
    CHECK(of_statement(sqlstate).scope == FailureScope::statement);
  }
  CHECK_FALSE(of_statement("42601").retryable);
  CHECK_FALSE(of_statement("57014").retryable);
  CHECK(of_statement("55P03").retryable);
  CHECK(of_statement("53200").retryable);
  CHECK_FALSE(of_statement("55P03").rolled_back);
}

TEST_CASE("only serialization failures and deadlocks promise that nothing took effect", "[engine][failure]") {
  CHECK(of_statement("40001") == FailureClass{FailureScope::statement, true, true});
  CHECK(of_statement("40P01") == FailureClass{FailureScope::statement, true, true});
  CHECK_FALSE(of_statement("40003").rolled_back);  // statement_completion_unknown
  CHECK_FALSE(of_loss("40001").rolled_back);
  CHECK_FALSE(classify("40001", FailurePhase::connect, SocketState::broken).rolled_back);
}

TEST_CASE("a lost connection speaks for the pool, unless it was meant alone", "[engine][failure]") {
  CHECK(of_loss("").scope == FailureScope::pool);
  CHECK(of_loss("57P01").scope == FailureScope::pool);
  CHECK(of_loss("57P02").scope == FailureScope::pool);
  CHECK(of_loss("57P04") == FailureClass{FailureScope::pool, false, false});
  CHECK(of_loss("25P03") == FailureClass{FailureScope::connection, true, false});
  CHECK(of_loss("57P05").scope == FailureScope::connection);
  CHECK(of_loss("40001").scope == FailureScope::connection);
}

TEST_CASE("a refused connect concerns that connect alone, and passes or not", "[engine][failure]") {
  const auto of_connect = [](std::string_view sqlstate) {
    return classify(sqlstate, FailurePhase::connect, SocketState::broken);
  };
  CHECK(of_connect("53300") == FailureClass{FailureScope::connection, true, false});
  CHECK(of_connect("57P03").retryable);
  CHECK_FALSE(of_connect("28P01").retryable);
  CHECK_FALSE(of_connect("3D000").retryable);
  CHECK_FALSE(of_connect("57P04").retryable);
}

TEST_CASE("exceptions are classed by what they are", "[engine][failure]") {
  CHECK(classify(DatabaseConnectionError("refused", "", "", true)).retryable);
  CHECK_FALSE(classify(DatabaseConnectionError("no such host", "", "", false)).retryable);
  CHECK(classify(DatabaseTimeoutError(TimeoutKind::connect, "late")).retryable);
  CHECK_FALSE(classify(DatabaseTimeoutError(TimeoutKind::pool, "late")).retryable);
  CHECK_FALSE(classify(DatabaseTimeoutError(TimeoutKind::command, "late", "", "57014")).retryable);
  CHECK_FALSE(classify(DatabaseArgumentError("nonsense")).retryable);
  CHECK_FALSE(classify(DatabaseInterrupted("ctrl-c", "", "57014")).retryable);
  DatabaseTimeoutError silent(TimeoutKind::command, "late");
  CHECK(classify(silent).scope == FailureScope::statement);
  silent.set_socket(SocketState::broken);
  CHECK(classify(silent).scope == FailureScope::pool);
  CHECK_FALSE(classify(silent).retryable);
  CHECK(classify(SqlError(fields_of("40P01"), 0)).rolled_back);
}

TEST_CASE("errors of the server have the class their SQLSTATE asks for", "[engine][failure]") {
  CHECK(throws_as<UniqueViolation>("23505"));
  CHECK(throws_as<ForeignKeyViolation>("23503"));
  CHECK(throws_as<ForeignKeyViolation>("23001"));
  CHECK(throws_as<CheckViolation>("23514"));
  CHECK(throws_as<NotNullViolation>("23502"));
  CHECK(throws_as<ExclusionViolation>("23P01"));
  CHECK(throws_as<IntegrityError>("23000"));
  CHECK_FALSE(throws_as<UniqueViolation>("23000"));
  CHECK(throws_as<SerializationError>("40001"));
  CHECK(throws_as<DeadlockError>("40P01"));
  CHECK(throws_as<TransactionRollbackError>("40P01"));
  CHECK_FALSE(throws_as<TransactionRollbackError>("40002"));
  CHECK_FALSE(throws_as<IntegrityError>("42P01"));
}

TEST_CASE("an error made to be thrown later keeps its class", "[engine][failure]") {
  CHECK_THROWS_AS(std::rethrow_exception(make_sql_error(fields_of("23505"), 0)), UniqueViolation);
}
