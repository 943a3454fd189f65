#pragma once
#include <string>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/detail/exchange.hpp"
#include "migrate/engine/detail/wire.hpp"

namespace migrate::engine {

/// What a Connection holds, and how it turns outcomes into exceptions.
struct Connection::State {
  ConnectionConfig config;
  ConnectionHooks hooks;
  detail::Wire wire;
  std::string target;       ///< the URL for messages, without a password
  std::string lost_reason;  ///< why the wire is closed although nobody closed it

  /// Refuses a connection that is closed, lost, or a parent process's, and an interrupt that has come already.
  void prepare(std::string_view sql);
  void echo(std::string_view sql, std::size_t parameters) const;
  /// Reads the answer to a message that was sent (`sent` = false: could not be) and throws what went wrong.
  detail::Outcome finish(bool sent, const ScriptOptions& options);
  /// As much, bounded by `deadline`, deaf to interrupts, and without an exception.
  bool finish_quietly(bool sent, Deadline deadline) noexcept;

 private:
  void judge(detail::Outcome& outcome);
  void judge_cut(const detail::Outcome& outcome);
  [[noreturn]] void throw_lost(const std::optional<ErrorFields>& error);
};

}  // namespace migrate::engine
