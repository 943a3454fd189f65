#include <catch2/catch.hpp>

#include "support/run_migrate.hpp"
#include "support/temp_database.hpp"

using namespace migrate;

namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr const char* k_initial = "e9844b552bfa";
constexpr const char* k_time_zones = "b03417887b93";
constexpr const char* k_content_length = "4c1d8f60a2e7";

/// The history in this checkout's versions/, on a database of its own, moved by the program.
class ChatService {
 public:
  /// Moves the database by a session with that TimeZone.
  void move(const char* verb, const char* target, const std::string& zone) const {
    const auto result =
        test::run_migrate({"--url", database_.uri(), verb, target}, MIGRATE_SOURCE_DIR, {{"PGTZ", zone}});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
  }
  void up(const char* id, const std::string& zone = "UTC") const { move("upgrade", id, zone); }
  void down(const char* to, const std::string& zone = "UTC") const { move("downgrade", to, zone); }

  void execute(const std::string& zone, const std::string& sql) const {
    database_.execute("SET TimeZone TO '" + zone + "';\n" + sql);
  }

  [[nodiscard]] Rows rows(const std::string& sql) const { return database_.rows(sql); }

  /// Every row, the instants as clocks of UTC whichever type the columns have.
  [[nodiscard]] std::vector<Rows> content() const {
    const std::string utc = "SET TimeZone TO 'UTC';\n";
    return {rows(utc + "SELECT id, created_at::timestamp, updated_at::timestamp FROM users ORDER BY id"),
            rows(utc + "SELECT id, user_id, role, content, created_at::timestamp, deleted_at::timestamp FROM messages "
                       "ORDER BY id"),
            rows(utc + "SELECT user_id, max_history_messages, system_prompt, created_at::timestamp, "
                       "updated_at::timestamp FROM user_settings ORDER BY user_id")};
  }

 private:
  test::TempDatabase database_;
};

/// Clocks that a change of time zone would move or lose: hours that summer time skips or repeats, the ends of time.
constexpr auto k_rows = R"(
  INSERT INTO users (id) VALUES (1);
  INSERT INTO users VALUES (2, '2026-03-08 02:30:00', '2026-11-01 01:30:00.123456'), (3, 'infinity', '-infinity');
  INSERT INTO messages (user_id, role, content, created_at, deleted_at) VALUES
    (2, 'user', 'héllo', '2026-03-29 02:30:00', '2026-10-25 02:30:00'),
    (2, 'assistant', '', '2026-01-01', NULL);
  INSERT INTO user_settings (user_id, max_history_messages) VALUES (1, 50);
)";

}  // namespace

TEST_CASE("the chat service's history is a line of three revisions, the last one in C++", "[chat]") {
  const auto history = test::run_migrate({"history"}, MIGRATE_SOURCE_DIR);
  INFO(history.err);
  CHECK(history.out ==
        "b03417887b93 -> 4c1d8f60a2e7 (head), add content length to messages\n"
        "e9844b552bfa -> b03417887b93, add timezone to datetime fields\n"
        "<base> -> e9844b552bfa, initial schema\n");
  const auto shown = test::run_migrate({"show", "head"}, MIGRATE_SOURCE_DIR);
  CHECK(shown.out.find("4c1d8f60a2e7_add_content_length.cpp") != std::string::npos);
}

TEST_CASE("rows and instants survive the history up, down and up again, in any session time zone", "[chat]") {
  const ChatService chat;
  chat.up(k_initial, "America/New_York");
  chat.execute("Asia/Tokyo", k_rows);
  const auto before = chat.content();
  REQUIRE(before[1].size() == 2);

  chat.up(k_time_zones, "America/New_York");
  CHECK(chat.content() == before);
  chat.up(k_content_length, "Asia/Tokyo");
  CHECK(chat.content() == before);
  chat.down(k_time_zones, "Asia/Kolkata");
  chat.down(k_initial, "Asia/Kolkata");
  CHECK(chat.content() == before);
  chat.up(k_time_zones, "Europe/Berlin");
  chat.up(k_content_length);
  CHECK(chat.content() == before);
}

TEST_CASE("the defaults mean now before, between and after, in any session time zone", "[chat]") {
  const ChatService chat;
  const auto fresh = [&](const std::string& zone) {
    chat.execute(zone, "DELETE FROM users; INSERT INTO users (id) VALUES (1)");
    const auto rows = chat.rows(
        "SET TimeZone TO 'UTC'; SELECT abs(extract(epoch FROM created_at::timestamptz - now())) < 60, "
        "abs(extract(epoch FROM updated_at::timestamptz - now())) < 60 FROM users");
    return rows == Rows{{"t", "t"}};
  };
  chat.up(k_initial, "Asia/Tokyo");
  CHECK(fresh("America/New_York"));
  chat.up(k_time_zones, "America/New_York");
  CHECK(fresh("Asia/Tokyo"));
  chat.down(k_initial, "Pacific/Apia");
  CHECK(fresh("America/New_York"));
}

TEST_CASE("content_length is filled for existing rows and then required", "[chat]") {
  const ChatService chat;
  chat.up(k_initial);
  chat.execute("UTC", k_rows);
  chat.up(k_time_zones);
  chat.up(k_content_length);
  CHECK(chat.rows("SELECT content, content_length FROM messages ORDER BY content") == Rows{{"", "0"}, {"héllo", "5"}});
  CHECK_THROWS(chat.execute("UTC", "INSERT INTO messages (user_id, role, content) VALUES (1, 'user', 'x')"));
}

TEST_CASE("the columns and indexes are those that the application expects", "[chat]") {
  const ChatService chat;
  chat.up("head");
  CHECK(chat.rows("SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public' "
                  "AND column_name LIKE '%\\_at'") == Rows{{"timestamp with time zone"}});
  CHECK(
      chat.rows("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix\\_%' ORDER BY 1") ==
      Rows{{"CREATE INDEX ix_messages_user_deleted_created ON public.messages USING btree (user_id, deleted_at, "
            "created_at)"},
           {"CREATE INDEX ix_users_id ON public.users USING btree (id)"}});
}

TEST_CASE("going all the way down leaves an empty database", "[chat]") {
  const ChatService chat;
  chat.up("head");
  chat.down("base");
  CHECK(
      chat.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname !~ '^alembic'") ==
      Rows{});
}
