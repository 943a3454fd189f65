#pragma once
#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/engine/row.hpp"

namespace migrate::engine {

/// What a repository needs of the proxy it is given: the session of the moment, and what its answers look like
/// (Answer<T> is T, or asio::awaitable<T>).
template <typename P>
concept RepositoryProxy = requires(P& proxy) {
  typename P::Session;
  typename P::template Answer<int>;
  { proxy.connect() } -> std::same_as<typename P::Session&>;
};

/// Base of repositories. One body serves threads and coroutines:
///
///   template <RepositoryProxy Proxy>
///   class Users : public Repository<Proxy> {
///    public:
///     using Repository<Proxy>::Repository;
///     Answer<Proxy, std::optional<User>> find(std::int64_t id) {
///       return this->template one_or_none<User>("SELECT id, name FROM users WHERE id = $1", id);
///     }
///   };
///
/// Users<ConnectionProxy> returns the user, Users<AsyncConnectionProxy> something to co_await. Keeps no connection:
/// each call asks the proxy, which must outlive the repository.
template <RepositoryProxy Proxy>
class Repository {
 public:
  using Session = typename Proxy::Session;
  template <typename T>
  using Answer = typename Proxy::template Answer<T>;

  explicit Repository(Proxy& proxy) : proxy_(&proxy) {}

 protected:
  [[nodiscard]] Session& session() { return proxy_->connect(); }

  template <typename... T>
  auto execute(std::string sql, const T&... values) {
    return session().execute(std::move(sql), values...);
  }
  template <typename V, typename... T>
  Answer<V> scalar(std::string sql, const T&... values) {
    return session().template scalar<V>(std::move(sql), values...);
  }
  template <typename V, typename... T>
  Answer<V> one(std::string sql, const T&... values) {
    return session().template one<V>(std::move(sql), values...);
  }
  template <typename V, typename... T>
  Answer<std::optional<V>> one_or_none(std::string sql, const T&... values) {
    return session().template one_or_none<V>(std::move(sql), values...);
  }
  template <typename V, typename... T>
  Answer<std::vector<V>> query(std::string sql, const T&... values) {
    return session().template query<V>(std::move(sql), values...);
  }

 private:
  Proxy* proxy_;
};

template <RepositoryProxy Proxy, typename T>
using Answer = typename Proxy::template Answer<T>;

}  // namespace migrate::engine
