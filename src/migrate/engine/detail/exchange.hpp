#pragma once
#include <exception>
#include <functional>
#include <optional>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/detail/canceller.hpp"
#include "migrate/engine/detail/wire.hpp"

namespace migrate::engine::detail {

/// What bounds a message. As a whole: the server sends nothing before a message of several statements is over.
struct Limits {
  Deadline deadline = Deadline::never();
  int interrupt_fd = -1;
};

/// Why a message was cut short by us.
enum class Cut { none, timeout, interrupt };

/// What came of a message.
struct Outcome {
  std::optional<Result> last;        ///< of the last statement that succeeded
  std::size_t statements = 0;        ///< that succeeded
  std::optional<ErrorFields> error;  ///< the first one
  Cut cut = Cut::none;
  bool answered = true;            ///< false: nothing came within the grace period after a cut
  bool copy_without_data = false;  ///< a COPY … FROM STDIN nobody had data for
  std::exception_ptr thrown;       ///< by a callback of the options
};

/// Reads the answer to a message that the wire has started, to its end, whatever happens on the way: COPY is fed or
/// drained, a cut message is cancelled and drained within a grace period. Afterwards the wire is idle or unusable.
class Exchange {
 public:
  using OnNotice = std::function<void(const Notice&)>;

  Exchange(Wire& wire, const Limits& limits, const ScriptOptions& options, const OnNotice& on_notice);
  Outcome run();

 private:
  void drive();
  void cut(Cut why);
  void take(RawResult result);
  void succeed(RawResult result);
  void feed_copy();
  std::string_view copy_data();
  void deliver_notices();
  void settle_cancel();

  Wire& wire_;
  const Limits& limits_;
  const ScriptOptions& options_;
  const OnNotice& on_notice_;
  Outcome outcome_;
  std::optional<Canceller> canceller_;
  Deadline limit_;
  std::size_t copies_ = 0;
};

}  // namespace migrate::engine::detail
