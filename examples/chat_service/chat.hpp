// What the chat service keeps, and the repositories that keep it. One text serves both programs: with ConnectionProxy
// the functions return their answers, with AsyncConnectionProxy something to co_await.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "migrate/engine/repository.hpp"
#include "migrate/engine/result.hpp"

namespace chat {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

struct Message {
  migrate::engine::Uuid id;
  std::string role;
  std::string content;
  Time created_at;
};

struct Settings {
  std::int64_t user_id = 0;
  int max_history_messages = 0;
  std::optional<std::string> system_prompt;
};

}  // namespace chat

template <>
struct migrate::engine::RowFields<chat::Message> {
  static constexpr std::tuple columns{Column{"id", &chat::Message::id}, Column{"role", &chat::Message::role},
                                      Column{"content", &chat::Message::content},
                                      Column{"created_at", &chat::Message::created_at}};
};

template <>
struct migrate::engine::RowFields<chat::Settings> {
  static constexpr std::tuple columns{Column{"user_id", &chat::Settings::user_id},
                                      Column{"max_history_messages", &chat::Settings::max_history_messages},
                                      Column{"system_prompt", &chat::Settings::system_prompt}};
};

namespace chat {

using migrate::engine::Answer;
using migrate::engine::Repository;
using migrate::engine::RepositoryProxy;
using migrate::engine::Result;
using migrate::engine::Uuid;

template <RepositoryProxy Proxy>
class Users : public Repository<Proxy> {
 public:
  using Repository<Proxy>::Repository;

  /// Whoever is there already stays as he is.
  Answer<Proxy, Result> add(std::int64_t id) {
    return this->execute("INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING", id);
  }
  Answer<Proxy, bool> exists(std::int64_t id) {
    return this->template scalar<bool>("SELECT EXISTS (SELECT FROM users WHERE id = $1)", id);
  }
};

template <RepositoryProxy Proxy>
class Messages : public Repository<Proxy> {
 public:
  using Repository<Proxy>::Repository;

  Answer<Proxy, Uuid> add(std::int64_t user, std::string_view role, std::string_view content) {
    return this->template scalar<Uuid>(
        "INSERT INTO messages (user_id, role, content, content_length, created_at) "
        "VALUES ($1, $2, $3, char_length($3), clock_timestamp()) RETURNING id",
        user, role, content);
  }
  /// The newest `limit` that are not deleted, newest first.
  Answer<Proxy, std::vector<Message>> history(std::int64_t user, int limit) {
    return this->template query<Message>(
        "SELECT id, role, content, created_at FROM messages WHERE user_id = $1 AND deleted_at IS NULL "
        "ORDER BY created_at DESC LIMIT $2",
        user, limit);
  }
  /// The rows stay; nobody sees them any more.
  Answer<Proxy, Result> forget(std::int64_t user) {
    return this->execute("UPDATE messages SET deleted_at = now() WHERE user_id = $1 AND deleted_at IS NULL", user);
  }
};

template <RepositoryProxy Proxy>
class SettingsOf : public Repository<Proxy> {
 public:
  using Repository<Proxy>::Repository;

  Answer<Proxy, Result> put(const Settings& settings) {
    return this->execute(
        "INSERT INTO user_settings (user_id, max_history_messages, system_prompt) VALUES ($1, $2, $3) "
        "ON CONFLICT (user_id) DO UPDATE SET max_history_messages = excluded.max_history_messages, "
        "system_prompt = excluded.system_prompt, updated_at = now()",
        settings.user_id, settings.max_history_messages, settings.system_prompt);
  }
  Answer<Proxy, std::optional<Settings>> find(std::int64_t user) {
    return this->template one_or_none<Settings>(
        "SELECT user_id, max_history_messages, system_prompt FROM user_settings WHERE user_id = $1", user);
  }
};

}  // namespace chat
