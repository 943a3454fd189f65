#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "migrate/engine/engine.hpp"
#include "support/temp_database.hpp"

namespace migrate::test {

/// An engine, and what it must have left when it is gone: no descriptor here, no backend at the server.
class EngineUnderTest {
 public:
  /// `by`: how the engine reaches the server, the database's own URL when nothing is said.
  explicit EngineUnderTest(const TempDatabase& database, engine::PoolOptions options = {},
                           const engine::Url* by = nullptr);

  engine::Engine& operator*() noexcept { return engine_; }
  engine::Engine* operator->() noexcept { return &engine_; }

  /// Backends of this engine, seen from outside.
  [[nodiscard]] int backends() const;
  /// So many connections, leased together and returned.
  void fill(int count);
  /// Whether a statement succeeds again, at once or within twenty seconds of trying.
  bool recovers();
  /// How many of `count` statements, each on a lease of its own, fail.
  int failures(int count);
  /// Closes it; what is left that should not be. Empty: nothing.
  std::string leftovers();

 private:
  const TempDatabase& database_;
  std::size_t descriptors_;
  std::string name_;
  engine::Engine engine_;
};

/// Waits, at most twenty seconds, for something that takes its time.
bool comes_true(const std::function<bool()>& condition);

}  // namespace migrate::test
