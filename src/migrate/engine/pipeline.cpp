#include "migrate/engine/pipeline.hpp"

#include "migrate/engine/connection.hpp"

namespace migrate::engine {

std::vector<BatchOutcome> Pipeline::run() {
  const Batch batch = std::exchange(static_cast<Batch&>(*this), {});
  return connection_->run(batch);
}

}  // namespace migrate::engine
