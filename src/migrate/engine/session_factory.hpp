#pragma once
#include <functional>
#include <source_location>
#include <string_view>
#include <utility>

#include "migrate/engine/session.hpp"

namespace migrate::engine {

/// Makes sessions on one engine. Cheap to copy; copies share the engine. Thread-safe.
class SessionFactory {
 public:
  explicit SessionFactory(Engine engine, SessionOptions options = {})
      : engine_(std::move(engine)), options_(std::move(options)) {}

  /// A session that commits when it is told to.
  [[nodiscard]] Session operator()(const std::source_location& site = std::source_location::current()) const {
    return Session(engine_, options_.transaction, site);
  }

  /// fn(session): committed when fn returns, which is what this returns; rolled back when it throws. With
  /// SessionOptions::retry, again when the server rolled the transaction back to let another one pass.
  template <typename Fn>
  auto with(Fn&& fn, const std::source_location& site = std::source_location::current()) const {
    const auto once = [&](int) {
      Session session(engine_, options_.transaction, site);
      return detail::run_then(fn, session, [&] { session.commit(); });
    };
    if (options_.retry.retries == 0) return once(1);
    return retry(
        options_.retry, Deadline::never(), once, [](const DatabaseError& error) { return classify(error).rolled_back; },
        with_log(options_.seams, options_.log, "transaction"));
  }
  /// A transaction of one statement, in one round trip.
  template <typename... T>
  Result execute(std::string_view sql, const T&... values) const {
    return Session(engine_, options_.transaction).execute_and_commit(sql, values...);
  }

  [[nodiscard]] SessionFactory with_options(SessionOptions options) const {
    return SessionFactory(engine_, std::move(options));
  }
  [[nodiscard]] const Engine& engine() const noexcept { return engine_; }
  [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }

 private:
  Engine engine_;
  SessionOptions options_;
};

/// What code that needs a session asks for; a SessionFactory is one.
using SessionProvider = std::function<Session()>;

}  // namespace migrate::engine
