#pragma once
#include <string>
#include <string_view>

#include "migrate/engine/connection_types.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/transaction_options.hpp"

namespace migrate::engine::detail {

/// "BEGIN" and what follows it. Throws DatabaseArgumentError for a semicolon.
std::string begin_statement(std::string_view mode);
std::string begin_statement(const TransactionOptions& options);

/// Throws DatabaseArgumentError when a transaction is open already.
void require_no_transaction(TransactionStatus status);

/// Whether a lazy BEGIN is still to be sent after what carried it has failed: it never reached the server, which is
/// idle, or busy with something else. Of a lost connection nothing can begin any more.
[[nodiscard]] bool is_still_to_begin(TransactionStatus status) noexcept;

/// COMMIT of a transaction object that has ended, `beside_it` by a statement of the caller.
DatabaseArgumentError nothing_to_commit(bool beside_it);

/// The server answered COMMIT with ROLLBACK.
SqlError rolled_back();

/// The connection was lost while COMMIT was under way.
DatabaseConnectionError commit_in_doubt(const DatabaseConnectionError& error);

}  // namespace migrate::engine::detail
