#include "migrate/command/journal_options.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace migrate::command {
namespace {

std::string machine() {
  std::array<char, 256> name{};
  // A name that was cut need not end.
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

std::string user(const base::Environment& environment) {
  for (const auto* variable : {"LOGNAME", "USER"}) {
    if (auto name = environment(variable); name && !name->empty()) return *name;
  }
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(::geteuid());
}

}  // namespace

runtime::JournalOptions journal_options(const Context& context) {
  runtime::JournalOptions options;
  options.enabled = context.config.safety.journal;
  options.host = user(context.environment) + "@" + machine();
  options.tool = "migrate " MIGRATE_VERSION;
  return options;
}

}  // namespace migrate::command
