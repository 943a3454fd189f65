// The chat service for coroutines: the same repositories, many users at once on few connections.
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "chat.hpp"
#include "migrate/engine/async_database.hpp"
#include "migrate/engine/async_unit_of_work.hpp"

namespace {

using namespace migrate::engine;
using asio::awaitable;
using Users = chat::Users<AsyncConnectionProxy>;
using Messages = chat::Messages<AsyncConnectionProxy>;
using SettingsOf = chat::SettingsOf<AsyncConnectionProxy>;
using Work = AsyncUnitOfWork<Users, Messages, SettingsOf>;

constexpr int k_users = 50;
constexpr std::int64_t k_first_user = 70000;

awaitable<std::size_t> talk(AsyncDatabase& database, std::int64_t user) {
  Work work(database.session_factory());
  const auto conversation = [user](Work& unit) -> awaitable<std::size_t> {
    co_await unit.get<Users>().add(user);
    const chat::Settings wanted{user, 5, "Be brief."};
    co_await unit.get<SettingsOf>().put(wanted);
    co_await unit.get<Messages>().add(user, "user", "Hello.");
    co_await unit.get<Messages>().add(user, "assistant", "Hi.");
    const auto settings = co_await unit.get<SettingsOf>().find(user);
    const auto history = co_await unit.get<Messages>().history(user, settings->max_history_messages);
    co_return history.size();
  };
  co_return co_await work.run(conversation);
}

awaitable<void> converse(AsyncDatabase& database, std::int64_t user, std::size_t& messages, int& under_way) {
  try {
    messages += co_await talk(database, user);
  } catch (const DatabaseError& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  if (--under_way > 0) co_return;
  // The last one looks after the rest.
  const auto cleaning = [](AsyncSession& session) -> awaitable<long> {
    const Result result = co_await session.execute(
        "UPDATE messages SET deleted_at = now() WHERE user_id >= $1 AND deleted_at IS NULL", k_first_user);
    co_return result.affected_rows();
  };
  const long forgotten = co_await database.session(cleaning);
  std::printf("Read: %zu, forgotten: %ld, connections open: %zu\n", messages, forgotten,
              database.engine().statistics().open);
  co_await database.close();
}

}  // namespace

int main() {
  try {
    const char* url = std::getenv("DATABASE_URL");
    const auto config = url != nullptr ? ConnectionConfig::from_url(url) : ConnectionConfig::from_env("DB_");
    asio::io_context context;
    AsyncDatabase database(config.with({.pool_size = 2, .max_overflow = 2}), context.get_executor());
    std::size_t messages = 0;
    int under_way = k_users;
    for (int n = 0; n < k_users; ++n) {
      asio::co_spawn(context, converse(database, k_first_user + n, messages, under_way), asio::detached);
    }
    context.run();
    return messages == 2 * k_users ? 0 : 1;
  } catch (const DatabaseError& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
    return 1;
  }
}
