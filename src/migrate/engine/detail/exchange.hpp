#pragma once
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/detail/canceller.hpp"
#include "migrate/engine/detail/operation.hpp"
#include "migrate/engine/detail/wire.hpp"

namespace migrate::engine::detail {

class Channel;

/// What came of a conversation.
struct Outcome {
  std::optional<Result> last;        ///< of the last statement that succeeded
  std::size_t statements = 0;        ///< that succeeded
  std::optional<ErrorFields> error;  ///< the first one
  Cut cut = Cut::none;
  bool answered = true;            ///< false: nothing came within the grace period after a cut
  bool copy_without_data = false;  ///< a COPY … FROM STDIN nobody had data for
  std::exception_ptr thrown;       ///< by a callback of the options
};

/// The frame of every conversation: it goes through results to their end, whatever happens on the way; what was cut is
/// cancelled and drained within a grace period. Afterwards the wire is idle or unusable. What the results mean is the
/// derived class's matter.
class Exchange : public Operation {
 public:
  Want step(bool readable) final;
  [[nodiscard]] int fd() const noexcept final;
  [[nodiscard]] Deadline deadline() const noexcept final { return limit_; }
  void cut(Cut why) final;
  [[nodiscard]] bool is_cut() const noexcept final { return outcome_.cut != Cut::none; }

  /// Whether everything that was to be read has been read; else the exchange is paused, or was not driven to its end.
  [[nodiscard]] bool over() const noexcept { return stage_ == Stage::over; }

 protected:
  enum class Progress { on, pause, over };

  /// Refuses a connection that is not fit for a conversation, see Channel::require_idle().
  Exchange(Channel& channel, Deadline limit);

  /// The wire has something: a result, room for COPY data, a row of COPY.
  virtual Progress advance() = 0;
  /// Just after the cancel request went out.
  virtual void on_cut() {}

  [[nodiscard]] Wire& wire() const noexcept;
  [[nodiscard]] Channel& channel() const noexcept { return channel_; }
  /// Keeps the first error; a lost connection adds a second one that knows less.
  void keep_error(const pg_result* result);
  void set_limit(Deadline limit) noexcept;
  /// No grace: whoever asked does not want to wait longer than the limit.
  void set_hard_limit() noexcept { hard_limit_ = true; }
  /// The wire cannot be used further; it is closed when the conversation is judged.
  void give_up() noexcept { beyond_repair_ = true; }
  /// Closes what must be closed, and throws what went wrong.
  void judge();
  /// The same where nobody wants to hear of it: whether the connection can go on.
  bool settle_abandoned() noexcept;

  Outcome outcome_;

 private:
  enum class Stage { running, settling, over };
  Want settle();

  Channel& channel_;
  std::optional<Canceller> canceller_;
  Deadline limit_;
  Stage stage_ = Stage::running;
  bool hard_limit_ = false;
  bool beyond_repair_ = false;
};

}  // namespace migrate::engine::detail
