#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "migrate/engine/detail/exchange.hpp"

namespace migrate::engine::detail {

/// One message and its whole answer: a statement, or several. COPY is fed from the options, or drained.
class Message final : public Exchange {
 public:
  /// Bounded by command_timeout. `options` must outlive the message.
  explicit Message(Channel& channel, const ScriptOptions& options = none());
  Message(Channel& channel, Deadline limit);

  /// Sends; throws when that cannot be done.
  void start(std::string_view sql);
  void start(std::string_view sql, std::span<const std::optional<std::string>> parameters);
  /// Deaf to interrupts.
  void start_rollback() { start_quietly("ROLLBACK"); }
  void start_quietly(std::string_view sql);
  /// An empty statement, which is neither echoed nor fails in a failed transaction.
  void start_ping();

  /// After the message is over. Throw what went wrong.
  Result finish();
  std::size_t finish_script();

 private:
  static const ScriptOptions& none();
  Progress advance() override;
  void on_cut() override;
  void take(RawResult result);
  void succeed(RawResult result);
  void begin_copy();
  void feed_copy();
  std::string_view copy_data();

  const ScriptOptions& options_;
  std::size_t copies_ = 0;
  std::string_view unsent_copy_;
};

}  // namespace migrate::engine::detail
