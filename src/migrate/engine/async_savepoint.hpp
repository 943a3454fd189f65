#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "migrate/engine/async_connection.hpp"

namespace migrate::engine {

/// A transaction inside a transaction; see Savepoint. When the object goes, what was done in it is undone ahead of the
/// connection's next statement.
class [[nodiscard]] AsyncSavepoint {
 public:
  /// Used by AsyncTransaction. `begin`: a statement to be sent before it; empty: none.
  static asio::awaitable<AsyncSavepoint> start(std::shared_ptr<detail::AsyncChannel> channel, std::string begin = {});
  ~AsyncSavepoint();
  AsyncSavepoint(AsyncSavepoint&& other) noexcept;
  AsyncSavepoint(const AsyncSavepoint&) = delete;
  AsyncSavepoint& operator=(const AsyncSavepoint&) = delete;
  AsyncSavepoint& operator=(AsyncSavepoint&&) = delete;

  asio::awaitable<Result> execute(std::string sql, Parameters parameters = {}) {
    return run(channel_, std::move(sql), std::move(parameters));
  }
  template <SingleParameter First, typename... Rest>
  asio::awaitable<Result> execute(std::string sql, const First& first, const Rest&... rest) {
    return run(channel_, std::move(sql), Parameters::of(first, rest...));
  }
  /// One more inside this one.
  [[nodiscard]] asio::awaitable<AsyncSavepoint> savepoint();

  /// Keeps what was done in it, as part of the outer transaction. Throws SqlError when a statement in it had failed; it
  /// is undone then.
  asio::awaitable<void> commit();
  /// Undoes what was done in it; the outer transaction can go on. Idempotent; false when the connection was lost.
  asio::awaitable<bool> rollback();
  [[nodiscard]] bool open() const noexcept { return channel_ != nullptr; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  AsyncSavepoint(std::shared_ptr<detail::AsyncChannel> channel, std::string name);
  static asio::awaitable<Result> run(std::shared_ptr<detail::AsyncChannel> channel, std::string sql,
                                     Parameters parameters);

  std::shared_ptr<detail::AsyncChannel> channel_;
  std::string name_;
};

}  // namespace migrate::engine
