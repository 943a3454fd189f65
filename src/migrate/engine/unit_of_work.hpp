#pragma once
#include <memory>
#include <tuple>
#include <utility>

#include "migrate/engine/connection_proxy.hpp"
#include "migrate/engine/repository.hpp"

namespace migrate::engine {

/// Repositories that share one session, and with it one transaction. commit() keeps what they did; without it, or after
/// an exception, nothing of it happened: a destructor never commits. Each repository is made with the proxy alone.
///
///   UnitOfWork<Users<ConnectionProxy>, Messages<ConnectionProxy>> work(session_factory);
///   work.run([](auto& unit) { unit.template get<Users<ConnectionProxy>>().add(user); });
template <typename... Repositories>
class UnitOfWork {
 public:
  explicit UnitOfWork(SessionFactory factory) : state_(std::make_unique<State>(std::move(factory))) {}
  explicit UnitOfWork(std::shared_ptr<EngineFactory> factory, TransactionOptions options = {})
      : state_(std::make_unique<State>(std::move(factory), options)) {}

  template <typename R>
  [[nodiscard]] R& get() {
    return std::get<R>(state_->repositories);
  }
  /// For what no repository does.
  [[nodiscard]] Session& session() { return state_->proxy.connect(); }

  /// Throws what Session::commit() throws. The unit can go on with a new transaction; a second commit with nothing done
  /// in between does nothing.
  void commit() { state_->proxy.connect().commit(); }
  /// Idempotent.
  void rollback() noexcept { state_->proxy.disconnect(); }

  /// fn(*this), then commit(); what fn throws rolls back and reaches the caller. Returns what fn returns. The
  /// connection goes back to the pool either way.
  template <typename Fn>
  auto run(Fn&& fn) {
    const Release release(*this);
    return detail::run_then(fn, *this, [this] { commit(); });
  }

 private:
  struct State {
    template <typename... Source>
    explicit State(Source&&... source) : proxy(std::forward<Source>(source)...), repositories(Repositories(proxy)...) {}
    ConnectionProxy proxy;
    std::tuple<Repositories...> repositories;
  };

  struct Release {
    explicit Release(UnitOfWork& used) : unit(used) {}
    ~Release() { unit.rollback(); }
    Release(const Release&) = delete;
    Release& operator=(const Release&) = delete;
    UnitOfWork& unit;
  };

  std::unique_ptr<State> state_;  ///< repositories refer to the proxy, so it stays in its place
};

}  // namespace migrate::engine
