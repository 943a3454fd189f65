#pragma once
#include <utility>
#include <vector>

#include "migrate/engine/batch.hpp"

namespace migrate::engine {

class Connection;

/// A Batch and the connection it is for:
///
///   auto pipeline = connection.pipeline();
///   const auto user = pipeline.add("SELECT name FROM users WHERE id = $1", 7);
///   pipeline.add("UPDATE users SET seen = now() WHERE id = $1", 7);
///   const auto outcomes = pipeline.run();
///   outcomes[user].result().scalar<std::string>();
class Pipeline : public Batch {
 public:
  /// The connection must outlive it.
  explicit Pipeline(Connection& connection) : connection_(&connection) {}
  /// Sends all that was added and waits for all outcomes; the pipeline is empty afterwards. Statements' errors are in
  /// the outcomes. Throws when the connection is lost, or the whole is cut by command_timeout or an interrupt.
  std::vector<BatchOutcome> run();

 private:
  Connection* connection_;
};

}  // namespace migrate::engine
