// The chat service for threads: repositories in a unit of work, made by a container.
#include <cstdio>
#include <cstdlib>

#include "chat.hpp"
#include "migrate/engine/container.hpp"
#include "migrate/engine/sql_error.hpp"
#include "migrate/engine/unit_of_work.hpp"

namespace {

using namespace migrate::engine;
using Users = chat::Users<ConnectionProxy>;
using Messages = chat::Messages<ConnectionProxy>;
using SettingsOf = chat::SettingsOf<ConnectionProxy>;
using Work = UnitOfWork<Users, Messages, SettingsOf>;

struct Services : Container {
  using Container::Container;
  Factory<Work> work{[this] { return Work(engine_factory()); }};
};

constexpr std::int64_t k_ada = 12345;
constexpr std::int64_t k_nobody = 99999;

void write(Services& services) {
  services.work().run([](Work& work) {
    work.get<Users>().add(k_ada);
    work.get<SettingsOf>().put({k_ada, 50, "Be brief."});
    work.get<SettingsOf>().put({k_ada, 2, std::nullopt});
    for (const auto* text : {"Hello.", "How are you?", "Fine."}) work.get<Messages>().add(k_ada, "user", text);
  });
}

/// Everything or nothing: the message of nobody takes the one before along.
void fail(Services& services) {
  try {
    services.work().run([](Work& work) {
      work.get<Messages>().add(k_ada, "assistant", "This is not kept.");
      work.get<Messages>().add(k_nobody, "user", "Of nobody.");
    });
  } catch (const ForeignKeyViolation& error) {
    std::printf("Refused by %s\n", error.fields().constraint.c_str());
  }
}

void show(Services& services) {
  services.work().run([](Work& work) {
    const auto settings = work.get<SettingsOf>().find(k_ada).value();
    const auto history = work.get<Messages>().history(k_ada, settings.max_history_messages);
    for (const auto& message : history) std::printf("%s: %s\n", message.role.c_str(), message.content.c_str());
  });
}

void forget(Services& services) {
  const auto rows = services.work().run([](Work& work) { return work.get<Messages>().forget(k_ada).affected_rows(); });
  const auto left = services.work().run([](Work& work) { return work.get<Messages>().history(k_ada, 10).size(); });
  std::printf("Forgotten: %ld, left: %zu\n", rows, left);
}

}  // namespace

int main() {
  try {
    const char* url = std::getenv("DATABASE_URL");
    Services services(url != nullptr ? ConnectionConfig::from_url(url) : ConnectionConfig::from_env("DB_"));
    write(services);
    fail(services);
    show(services);
    forget(services);
    services.engine_factory()->create().close();
    return 0;
  } catch (const DatabaseError& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
    return 1;
  }
}
