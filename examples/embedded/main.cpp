// A program that brings its database up to date before it does its work. The revisions are inside it.
#include <cstdio>
#include <exception>

#include "migrate/command/failure.hpp"
#include "migrate/command/linked_project.hpp"
#include "migrate/command/upgrade.hpp"
#include "migrate/engine/engine.hpp"

namespace {

/// Several copies of the program may start at once: one moves the database, the others wait for it and find it moved.
migrate::command::Context bring_up_to_date() {
  migrate::command::GlobalOptions options;
  options.archive = migrate::command::linked_project();
  migrate::command::Context context;
  context.config = migrate::command::load_config(options, context.environment);

  migrate::command::MoveEvents events;
  events.on_done = [](const migrate::command::StepReport& step) { std::printf("%s\n", step.line.c_str()); };
  const auto report = migrate::command::upgrade(context, {.target = "head"}, events);
  std::printf("The database is at %s\n", report.rows.at(0).c_str());
  return context;
}

void work(const migrate::command::Context& context) {
  migrate::engine::Engine engine(migrate::command::connection_config(context));
  auto connection = engine.connect();
  connection->execute("INSERT INTO entries (guest, words) VALUES ('Ada', 'A fine engine.')");
  const auto result = connection->execute("SELECT count(*) FROM entries WHERE written_at IS NOT NULL");
  std::printf("Entries: %s\n", std::string(result.text(0, 0)).c_str());
}

}  // namespace

int main() {
  try {
    work(bring_up_to_date());
    return 0;
  } catch (...) {
    const auto failure = migrate::command::describe_failure(std::current_exception(), 0);
    std::fprintf(stderr, "%s\n%s\n%s\n", failure.message.c_str(), failure.state.c_str(), failure.hint.c_str());
    return static_cast<int>(failure.code);
  }
}
