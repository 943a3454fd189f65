#pragma once
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/detail/wire.hpp"

namespace migrate::engine::detail {

/// Why an operation was cut short by us: `timeout` its limit, `interrupt` the caller, `abandon` nobody wants the rest.
enum class Cut { none, timeout, interrupt, abandon };

/// One conversation with the server that never waits, so that any driver can carry it:
///
///   while ((want = op.step(readable)) != Want::done)
///     wait until op.fd() is as wanted;   deadline() over: cut(timeout);   the caller wants out: cut(interrupt)
///
/// done: over, or paused at something the caller must look at (a row, a request for data); step() then goes on. step()
/// never closes the connection's socket of its own accord, though libpq does when the peer is gone.
class Operation {
 public:
  Operation() = default;
  virtual ~Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  /// Goes on as far as it can. `readable`: fd() has something to read, as far as the driver knows.
  virtual Want step(bool readable) = 0;
  /// What to wait on; may differ from step to step.
  [[nodiscard]] virtual int fd() const noexcept = 0;
  /// Bounds the wait; another one once the operation is cut.
  [[nodiscard]] virtual Deadline deadline() const noexcept = 0;
  /// The first time: asks the server to cancel, and lets the answer come within a grace period. Again: gives up, and
  /// the connection is closed.
  virtual void cut(Cut why) = 0;
  [[nodiscard]] virtual bool is_cut() const noexcept = 0;
};

}  // namespace migrate::engine::detail
