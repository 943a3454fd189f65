#include <fmt/format.h>

#include <algorithm>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/connect_failure.hpp"
#include "migrate/engine/detail/drive_sync.hpp"
#include "migrate/engine/detail/message.hpp"
#include "migrate/engine/detail/open_channel.hpp"
#include "migrate/engine/detail/parameters.hpp"
#include "migrate/engine/retry.hpp"

namespace migrate::engine {
namespace {

using Hosts = std::vector<Url::Host>;

/// One Connection::connect, over all its attempts.
class Connecting {
 public:
  Connecting(const ConnectionConfig& config, const ConnectionHooks& hooks, Deadline deadline)
      : config_(config), hooks_(hooks), deadline_(deadline), target_(config.uri()), hosts_(config.url().hosts) {}

  /// Throws what the last attempt failed of.
  detail::Wire run();
  [[nodiscard]] const std::string& target() const noexcept { return target_; }

 private:
  detail::Wire attempt();
  [[nodiscard]] detail::ConnectWords words(Deadline deadline) const;
  [[nodiscard]] std::string hint_for(const detail::ConnectFailure& failure) const;
  void put_hanging_host_last(const detail::Wire& wire);
  [[noreturn]] void fail_of_time(Deadline::Clock::time_point start);
  void tell_retry(const DatabaseError& error, int attempts, std::chrono::nanoseconds pause) const;

  const ConnectionConfig& config_;
  const ConnectionHooks& hooks_;
  Deadline deadline_;
  std::string target_;
  Hosts hosts_;
  std::string last_refusal_;  ///< of an earlier attempt: tells more than that time ran out
  int attempts_ = 0;
};

bool is_transient(const DatabaseError& error) {
  if (const auto* refused = dynamic_cast<const DatabaseConnectionError*>(&error)) return refused->transient();
  return dynamic_cast<const DatabaseTimeoutError*>(&error) != nullptr;
}

std::string with_attempts(const char* message, int attempts) {
  return attempts > 1 ? fmt::format("{} (tried {} times)", message, attempts) : message;
}

DatabaseInterrupted interrupted(const std::string& target) {
  return DatabaseInterrupted(fmt::format("interrupted while connecting to {}", target));
}

detail::Wire Connecting::run() {
  bool wanted_out = false;
  RetrySeams seams;
  seams.sleep = [&](std::chrono::nanoseconds pause) {
    wanted_out = !detail::sleep_unless(hooks_.interrupt_fd, pause);
    return !wanted_out;
  };
  seams.on_retry = [&](const DatabaseError& error, int attempts, std::chrono::nanoseconds pause) {
    tell_retry(error, attempts, pause);
  };
  try {
    const auto once = [&](int number) {
      attempts_ = number;
      return attempt();
    };
    return retry(config_.parts().retry, deadline_, once, is_transient, seams);
  } catch (const DatabaseConnectionError& error) {
    if (wanted_out) throw interrupted(target_);
    DatabaseConnectionError last(with_attempts(error.what(), attempts_), error.hint(), error.sqlstate(),
                                 error.transient());
    last.set_attempts(attempts_);
    throw last;
  } catch (const DatabaseTimeoutError& error) {
    if (wanted_out) throw interrupted(target_);
    DatabaseTimeoutError last(error.kind(), with_attempts(error.what(), attempts_), error.hint());
    last.set_attempts(attempts_);
    throw last;
  }
}

detail::Wire Connecting::attempt() {
  const auto start = Deadline::Clock::now();
  const auto limit = detail::connect_timeout(config_.parts());
  const Deadline deadline = limit.count() > 0 ? deadline_.earlier(Deadline::after(limit)) : deadline_;
  detail::Wire wire;
  wire.start_connect(words(deadline));
  const detail::DriveEnd end = detail::drive_sync(wire, deadline, hooks_.interrupt_fd);
  target_ = wire.complete(config_.url()).to_string();
  if (end == detail::DriveEnd::interrupted) throw interrupted(target_);
  if (end == detail::DriveEnd::timed_out) {
    put_hanging_host_last(wire);
    fail_of_time(start);
  }
  if (!wire.finish_connect()) {
    const auto failure = detail::explain_connect_failure(wire.error_text(), wire.needs_password());
    last_refusal_ = failure.message;
    throw DatabaseConnectionError(fmt::format("cannot connect to {}: {}", target_, failure.message), hint_for(failure),
                                  failure.sqlstate, failure.transient);
  }
  return wire;
}

detail::ConnectWords Connecting::words(Deadline deadline) const {
  auto words = detail::connect_words(config_.parts(), hosts_);
  if (config_.parts().password_provider == nullptr) return words;
  auto password = password_for(config_.parts(), {deadline, hooks_.interrupt_fd, hooks_.log});
  if (password) words.emplace_back("password", *std::move(password));
  return words;
}

std::string Connecting::hint_for(const detail::ConnectFailure& failure) const {
  if (failure.sqlstate != "28P01" || config_.parts().password_provider == nullptr) return failure.hint;
  return "Check the user, and the password that password_file, password_command or the application's own provider "
         "gives.";
}

/// libpq starts with the first host each time, so a silent one would keep the others from ever being tried.
void Connecting::put_hanging_host_last(const detail::Wire& wire) {
  // Addresses given apart from the names follow their order.
  const auto has_addresses = [](const auto& parameter) { return parameter.first == "hostaddr"; };
  if (hosts_.size() < 2 || std::ranges::any_of(config_.url().parameters, has_addresses)) return;
  const std::string name = wire.current_host();
  const auto hanging = std::ranges::find(hosts_, name, &Url::Host::name);
  if (hanging != hosts_.end()) std::rotate(hosts_.begin(), std::next(hanging), hosts_.end());
}

void Connecting::fail_of_time(Deadline::Clock::time_point start) {
  const std::chrono::duration<double> waited = Deadline::Clock::now() - start;
  const std::string before = last_refusal_.empty() ? "" : fmt::format("; before that: {}", last_refusal_);
  throw DatabaseTimeoutError(
      TimeoutKind::connect,
      fmt::format("cannot connect to {}: no answer within {:.3g} s{}", target_, waited.count(), before),
      "Is the server overloaded, or a firewall in between? Check host and port, or raise connect_timeout.");
}

void Connecting::tell_retry(const DatabaseError& error, int attempts, std::chrono::nanoseconds pause) const {
  if (!hooks_.log) return;
  const double seconds = std::chrono::duration<double>(pause).count();
  hooks_.log({"connect.retry",
              base::LogLevel::warning,
              fmt::format("{}; trying again in {:.2f} s", error.what(), seconds),
              {{"database", target_}, {"attempts", std::to_string(attempts)}, {"sqlstate", error.sqlstate()}}});
}

bool reports(const detail::Wire& wire, const char* name, std::string_view value) {
  const char* reported = wire.parameter(name);
  return reported == nullptr || value == reported;
}

/// Settings the engine relies on. A start-up packet cannot carry all of them through a pooler, so they are looked at.
std::string settings_to_correct(const detail::Wire& wire) {
  std::string sql;
  if (!reports(wire, "client_encoding", "UTF8")) sql += "SET client_encoding = 'UTF8';";
  if (!reports(wire, "standard_conforming_strings", "on")) sql += "SET standard_conforming_strings = on;";
  return sql;
}

}  // namespace

std::unique_ptr<detail::Channel> detail::open_channel(const ConnectionConfig& config, ConnectionHooks hooks,
                                                      Deadline deadline) {
  Connecting connecting(config, hooks, deadline);
  Wire wire = connecting.run();
  auto channel = std::make_unique<Channel>(config, std::move(hooks), std::move(wire), connecting.target());
  if (const std::string sql = settings_to_correct(channel->wire); !sql.empty()) {
    Message message(*channel);
    message.start(sql);
    drive_sync(message, channel->hooks.interrupt_fd);
    message.finish();
  }
  return channel;
}

Connection Connection::connect(const ConnectionConfig& config, ConnectionHooks hooks, Deadline deadline) {
  return Connection(detail::open_channel(config, std::move(hooks), deadline));
}

}  // namespace migrate::engine
