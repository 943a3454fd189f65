#pragma once
#include <type_traits>
#include <utility>

#include "migrate/base/log.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/retry.hpp"
#include "migrate/engine/transaction_options.hpp"

namespace migrate::engine {

/// How the sessions of a factory behave.
struct SessionOptions {
  TransactionOptions transaction{};  ///< of each transaction; they are always begun lazily
  /// Of with(): a transaction that the server rolled back to let another pass (40001, 40P01) is run again, the whole
  /// function with a new session. Not unless asked for: the function must be fit to run twice.
  RetryPolicy retry{.retries = 0};
  base::LogSink log{};  ///< gets "transaction.retry"
  RetrySeams seams{};   ///< for tests
};

/// What a call of Database::session() does inside of another one on the same thread.
enum class NestedSession {
  savepoint,  ///< runs in a savepoint of the outer session
  error,      ///< throws DatabaseArgumentError
  separate    ///< takes a connection and a transaction of its own, as SQLAlchemy does
};

namespace detail {

/// fn(argument), then then(), then the value.
template <typename Fn, typename Argument, typename Then>
auto run_then(Fn&& fn, Argument& argument, Then&& then) {
  if constexpr (std::is_void_v<std::invoke_result_t<Fn&, Argument&>>) {
    fn(argument);
    then();
  } else {
    auto value = fn(argument);
    then();
    return value;
  }
}

}  // namespace detail

}  // namespace migrate::engine
