#pragma once
#include <string>
#include <vector>

#include "migrate/schema/module/abi.h"
#include "migrate/schema/request.hpp"

namespace migrate::schema {

/// Where the operations of a running revision go: noted down, and sent along with the next request. Used by one thread.
class Sink {
 public:
  Sink(const MigrateChannel& channel, RunInfo info) : channel_(channel), info_(std::move(info)) {}

  [[nodiscard]] const RunInfo& info() const noexcept { return info_; }
  void add(Place at, Operation operation);
  /// Tells the user at once; operations stay where they are.
  void log(std::string_view text);
  /// Sends the operations so far with `request` and gives the answer. Throws StatementError, OfflineError …
  std::string call(Request request);
  /// The last request of all, which needs no answer.
  void end(Request request);
  std::string call(Request request, Place at);

 private:
  std::string send(const Request& request);
  MigrateChannel channel_;
  RunInfo info_;
  std::vector<PlacedOperation> pending_;
};

}  // namespace migrate::schema
