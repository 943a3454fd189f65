#include "migrate/engine/database.hpp"

namespace migrate::engine {

/// Each Scope takes itself out again, so nothing outlives the calls that made it.
thread_local Database::Scope* Database::Scope::innermost_ = nullptr;

void throw_nested_session() {
  throw DatabaseArgumentError("a session inside of a session of the same database",
                              "Pass the outer session on, or choose NestedSession::savepoint.");
}

Database::Database(ConnectionConfig config, DatabaseOptions options)
    : Database(Engine(std::move(config), options.hooks), options) {}

Database::Database(Engine engine, DatabaseOptions options)
    : engine_(std::move(engine)), factory_(engine_, std::move(options.session)), nested_(options.nested) {}

Database::Scope::Scope(const Database& database, Session& session)
    : database_(database.identity_.get()), session_(session), outer_(innermost_) {
  innermost_ = this;
}

Database::Scope::~Scope() {
  innermost_ = outer_;
}

Session* Database::Scope::find(const void* database) noexcept {
  for (Scope* scope = innermost_; scope != nullptr; scope = scope->outer_) {
    if (scope->database_ == database) return &scope->session_;
  }
  return nullptr;
}

Session* Database::enter() const {
  if (nested_ == NestedSession::separate) return nullptr;
  Session* const outer = Scope::find(identity_.get());
  if (outer != nullptr && nested_ == NestedSession::error) throw_nested_session();
  return outer;
}

}  // namespace migrate::engine
