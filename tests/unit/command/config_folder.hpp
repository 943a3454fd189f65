#pragma once
#include <map>
#include <string>
#include <string_view>

#include "migrate/command/config.hpp"
#include "support/temp_dir.hpp"

namespace migrate::test {

/// A folder with an alembic.toml, and what a run in it would say and see.
class ConfigFolder {
 public:
  using Variables = std::map<std::string, std::string, std::less<>>;

  explicit ConfigFolder(std::string_view toml = "[alembic]\n") {
    directory_.write("alembic.toml", toml);
    options.working_directory = directory_.path();
  }

  [[nodiscard]] command::Config load() const {
    return command::load_config(options, base::fixed_environment(environment));
  }
  [[nodiscard]] std::vector<command::Setting> settings() const {
    return command::effective_settings(options, base::fixed_environment(environment));
  }
  /// The setting with this key, as "value < origin".
  [[nodiscard]] std::string setting(std::string_view key) const {
    for (const auto& one : settings()) {
      if (one.key == key) return one.value + " < " + one.origin;
    }
    return "no such setting";
  }
  /// Message and hint, a line each, of the error that loading gives; "" when it gives none.
  [[nodiscard]] std::string fault() const {
    try {
      (void)load();
      return "";
    } catch (const command::ConfigError& error) {
      return std::string(error.what()) + "\n" + error.hint();
    }
  }
  [[nodiscard]] const TempDir& directory() const { return directory_; }

  command::GlobalOptions options;
  Variables environment;

 private:
  TempDir directory_;
};

/// The fault of this text as alembic.toml, without variables and flags.
inline std::string fault_of(std::string_view toml) {
  return ConfigFolder(toml).fault();
}

}  // namespace migrate::test
