#pragma once
#include <memory>
#include <source_location>
#include <utility>

#include "migrate/engine/session_factory.hpp"

namespace migrate::engine {

/// Throws DatabaseArgumentError: sessions may not be nested here.
[[noreturn]] void throw_nested_session();

struct DatabaseOptions {
  SessionOptions session{};
  NestedSession nested = NestedSession::savepoint;
  ConnectionHooks hooks{};
};

/// A database as an application sees it: an engine, its session factory, and scopes that commit. No I/O before the
/// first session. Thread-safe. Its engine is disposed of with it; close() first is the orderly way.
class Database {
 public:
  explicit Database(ConnectionConfig config, DatabaseOptions options = {});
  /// On an engine that others use too.
  explicit Database(Engine engine, DatabaseOptions options = {});

  /// fn(session): committed when fn returns, which is what this returns; rolled back when it throws. Inside of another
  /// such call on this thread it is what DatabaseOptions::nested says.
  template <typename Fn>
  auto session(Fn&& fn, const std::source_location& site = std::source_location::current()) {
    Session* const outer = enter();
    if (outer != nullptr) return outer->nested(std::forward<Fn>(fn));
    return factory_.with(
        [&](Session& session) {
          const Scope scope(*this, session);
          return fn(session);
        },
        site);
  }

  [[nodiscard]] Engine& engine() noexcept { return engine_; }
  [[nodiscard]] const SessionFactory& session_factory() const noexcept { return factory_; }

  /// Graceful: see Engine::close().
  bool close(Deadline deadline = Deadline::never()) { return engine_.close(deadline); }
  /// See Engine::dispose().
  void dispose() { engine_.dispose(); }

 private:
  /// A session(…) that runs on this thread; they form a chain, innermost first.
  class Scope {
   public:
    Scope(const Database& database, Session& session);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    static Session* find(const void* database) noexcept;

   private:
    static thread_local Scope* innermost_;
    const void* database_;
    Session& session_;
    Scope* outer_;
  };

  /// The session to nest in; null: none, begin a new one. Throws when nesting is an error.
  [[nodiscard]] Session* enter() const;

  Engine engine_;
  SessionFactory factory_;
  NestedSession nested_;
  std::shared_ptr<const char> identity_ = std::make_shared<const char>();  ///< copies are the same database
};

}  // namespace migrate::engine
