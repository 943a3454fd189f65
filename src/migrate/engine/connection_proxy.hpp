#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "migrate/engine/engine_factory.hpp"
#include "migrate/engine/session_factory.hpp"

namespace migrate::engine {

/// One session for everybody who is given the proxy: connect() answers the same one until disconnect(). Used by one
/// thread at a time; repositories keep a reference, so it stays where it is.
class ConnectionProxy {
 public:
  using Session = engine::Session;
  /// What a repository's functions return, see Repository.
  template <typename T>
  using Answer = T;

  explicit ConnectionProxy(SessionFactory factory) : make_(std::move(factory)) {}
  /// The engine is asked for with the first connect().
  explicit ConnectionProxy(std::shared_ptr<EngineFactory> factory, TransactionOptions options = {})
      : make_([factory = std::move(factory), options] { return Session(factory->create(), options); }) {}
  ~ConnectionProxy() = default;
  ConnectionProxy(const ConnectionProxy&) = delete;
  ConnectionProxy& operator=(const ConnectionProxy&) = delete;

  /// The session, which leases its connection when it is first used.
  Session& connect() {
    if (!session_) session_.emplace(make_());
    return *session_;
  }
  /// Rolls back what is open and gives the connection back. Idempotent; the destructor does the same.
  void disconnect() noexcept { session_.reset(); }
  [[nodiscard]] bool connected() const noexcept { return session_.has_value(); }

 private:
  SessionProvider make_;
  std::optional<Session> session_;
};

}  // namespace migrate::engine
