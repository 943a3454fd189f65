#pragma once
#include <optional>

namespace migrate::engine {

enum class Isolation { read_committed, repeatable_read, serializable };

/// How a transaction is begun. What is not said is left to the server's defaults.
struct TransactionOptions {
  std::optional<Isolation> isolation{};
  std::optional<bool> read_only{};
  /// Only of use with serializable and read_only: waits for a moment at which it cannot be disturbed.
  std::optional<bool> deferrable{};
  /// BEGIN goes out together with the first statement: one round trip less, and none at all when nothing is done.
  /// Only statements executed through the Transaction begin it.
  bool lazy = false;
  bool operator==(const TransactionOptions&) const = default;
};

}  // namespace migrate::engine
