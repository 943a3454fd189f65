#pragma once
#include <vector>

#include "migrate/engine/batch.hpp"
#include "migrate/engine/detail/exchange.hpp"
#include "migrate/engine/detail/flight.hpp"

namespace migrate::engine::detail {

/// A batch on its way. Bounded, as a whole, by command_timeout; what is cut loses the statement that runs, and groups
/// behind it may still have been run.
class BatchRun final : public Exchange {
 public:
  explicit BatchRun(Channel& channel);
  /// Copies what it needs of `batch`.
  void start(const Batch& batch);
  /// One for each statement. Throws what befell the batch as a whole: a lost connection, a cut.
  std::vector<BatchOutcome> finish();

 private:
  Progress advance() override;
  bool queue(const Batch& batch);
  void keep_reason_of_loss();

  Flight flight_;
};

}  // namespace migrate::engine::detail
