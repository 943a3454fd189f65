#include "migrate/command/load_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "migrate/base/text.hpp"
#include "migrate/command/detail/schema_script.hpp"
#include "migrate/command/missing_role.hpp"
#include "migrate/runtime/shown_query.hpp"
#include "migrate/sql/position.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::command {
namespace {

using detail::Piece;
using detail::SchemaScript;

constexpr std::string_view k_duplicate_object = "42710";
constexpr std::string_view k_fresh_session =
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; SET check_function_bodies = off; "
    "SET client_min_messages = error";

std::string hint_for(const engine::SqlError& error) {
  const auto& fields = error.fields();
  if (fields.message.starts_with("extension \"") && fields.message.find("is not available") != std::string::npos) {
    return "Install the extension's package on this machine, or let autogenerate.dev_url name a server that has it.";
  }
  if (missing_role(error.fields())) {
    return "The role of autogenerate.dev_url may not make it: make it there, or give that role CREATEROLE.";
  }
  if (!fields.hint.empty()) return fields.hint;
  return "Whatever it needs must be in the files of autogenerate.target too; their order does not matter.";
}

/// One loading.
class Loading {
 public:
  Loading(engine::Connection& connection, std::span<const SchemaFile> files) : connection_(connection) {
    for (const SchemaFile& file : files) scripts_.emplace_back(file);
  }

  std::vector<std::string> run();

 private:
  struct Failed {
    const SchemaScript* script;
    const Piece* piece;
    std::optional<engine::SqlError> error;
  };

  bool run_whole(const SchemaScript& script);
  void run_pieces(const std::vector<const SchemaScript*>& scripts);
  /// True when it is done; else the error is noted.
  bool run_piece(Failed& todo);
  void take_settings(const SchemaScript& script, std::size_t count);
  void send(const Piece& piece);
  bool make_role(const engine::SqlError& error);
  [[noreturn]] static void fail(const Failed& first, std::size_t others);

  engine::Connection& connection_;
  std::vector<SchemaScript> scripts_;
  std::vector<std::string> roles_, tried_roles_;
  std::string fresh_session_{k_fresh_session};
  const SchemaScript* session_of_ = nullptr;  ///< whose settings the session has
  std::size_t settings_taken_ = 0;            ///< that many of them
};

std::vector<std::string> Loading::run() {
  constexpr std::string_view k_plain_words = "SET lc_messages = 'C'";
  try {
    connection_.execute(k_plain_words);
    fresh_session_.append("; ").append(k_plain_words);
  } catch (const engine::SqlError&) {
    // Only a superuser may; the server's language is then what it is.
  }
  std::vector<const SchemaScript*> left;
  for (const SchemaScript& script : scripts_) {
    if (!run_whole(script)) left.push_back(&script);
  }
  // Files that stand in the wrong order, each of them right in itself.
  for (std::size_t before = left.size() + 1; !left.empty() && left.size() < before;) {
    before = left.size();
    std::erase_if(left, [this](const SchemaScript* script) { return run_whole(*script); });
  }
  if (!left.empty()) run_pieces(left);
  connection_.execute(fresh_session_);
  return std::move(roles_);
}

/// All of a file in one message, which the server undoes as a whole when any statement of it fails.
bool Loading::run_whole(const SchemaScript& script) {
  if (!script.runs_as_one()) return false;
  if (script.as_one().empty()) return true;
  for (;;) {
    connection_.execute(fresh_session_);
    session_of_ = nullptr;
    try {
      const auto& data = script.copy_data();
      connection_.script(script.as_one(), {.copy_data = [&data](std::size_t n) { return data.at(n); }});
      return true;
    } catch (const engine::SqlError& error) {
      connection_.rollback_if_open();
      if (!make_role(error)) return false;
    }
  }
}

void Loading::run_pieces(const std::vector<const SchemaScript*>& scripts) {
  std::vector<Failed> todo;
  for (const SchemaScript* script : scripts) {
    for (const Piece& piece : script->pieces()) todo.push_back({script, &piece, std::nullopt});
  }
  for (std::size_t before = todo.size() + 1; !todo.empty() && todo.size() < before;) {
    before = todo.size();
    std::erase_if(todo, [this](Failed& one) { return run_piece(one); });
  }
  if (!todo.empty()) fail(todo.front(), todo.size() - 1);
}

bool Loading::run_piece(Failed& todo) {
  for (;;) {
    try {
      take_settings(*todo.script, todo.piece->settings_before);
      send(*todo.piece);
      return true;
    } catch (const engine::SqlError& error) {
      connection_.rollback_if_open();
      // The server remembers roles that an earlier loading made.
      if (todo.piece->kind == "CREATE ROLE" && error.fields().sqlstate == k_duplicate_object) return true;
      if (make_role(error)) continue;
      todo.error = error;
      return false;
    }
  }
}

void Loading::take_settings(const SchemaScript& script, std::size_t count) {
  if (session_of_ != &script || settings_taken_ > count) {
    connection_.execute(fresh_session_);
    session_of_ = &script;
    settings_taken_ = 0;
  }
  for (; settings_taken_ < count; ++settings_taken_) connection_.execute(script.settings()[settings_taken_]);
}

void Loading::send(const Piece& piece) {
  if (piece.data) {
    connection_.script(piece.text, {.copy_data = [&piece](std::size_t) { return *piece.data; }});
  } else {
    connection_.execute(piece.text);
  }
}

bool Loading::make_role(const engine::SqlError& error) {
  const auto role = missing_role(error.fields());
  if (!role || std::ranges::find(tried_roles_, *role) != tried_roles_.end()) return false;
  tried_roles_.push_back(*role);
  connection_.execute(fresh_session_);
  session_of_ = nullptr;
  try {
    connection_.execute("CREATE ROLE " + sql::quote_identifier(*role));
    roles_.push_back(*role);
  } catch (const engine::SqlError&) {
    // Somebody else has just made it, or we may not: the statement that needs it will tell.
  }
  return true;
}

void Loading::fail(const Failed& first, std::size_t others) {
  const auto& fields = first.error->fields();
  const std::size_t inside =
      fields.position ? sql::byte_offset_of_character(first.piece->text, *fields.position - 1) : 0;
  std::string message = fmt::format("{}: the desired schema cannot be built: {}",
                                    first.script->file().place(first.piece->offset + inside), fields.message);
  if (!fields.detail.empty()) message += fmt::format(" ({})", fields.detail);
  message += fmt::format("\n  statement: {}", runtime::shown_query(first.piece->text));
  if (others > 0) message += fmt::format("\n  {} more statement{} could not be run", others, others == 1 ? "" : "s");
  throw SchemaError(message, hint_for(*first.error));
}

}  // namespace

std::vector<std::string> load_schema(engine::Connection& connection, std::span<const SchemaFile> files) {
  return Loading(connection, files).run();
}

}  // namespace migrate::command
