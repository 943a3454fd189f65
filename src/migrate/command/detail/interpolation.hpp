#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/base/environment.hpp"
#include "migrate/command/detail/dotenv.hpp"

namespace migrate::command {

/// What ${…} in alembic.toml may name: environment variables, the .env file beside it (read when first needed; a real
/// variable goes before it), and the -x options of the command line.
class Variables {
 public:
  using Options = std::vector<std::pair<std::string, std::string>>;
  Variables(base::Environment environment, Options x, std::filesystem::path dotenv_file, std::string dotenv_name);

  struct Value {
    std::string text;
    std::string origin;  ///< "$NAME", ".env:3 NAME", "-x key"
  };
  /// `name`: NAME or x:key. Throws FileError when .env is there but cannot be read.
  [[nodiscard]] std::optional<Value> find(std::string_view name);

  /// What to do about a name that is not set.
  [[nodiscard]] std::string hint_for(std::string_view name) const;

 private:
  const Dotenv& dotenv();
  base::Environment environment_;
  Options x_;
  std::filesystem::path dotenv_file_;
  std::string dotenv_name_;
  std::optional<Dotenv> dotenv_;
};

/// A text with its ${…} replaced.
struct Expansion {
  std::string text;
  std::string shown;  ///< `text` with the values of variables that sound secret (…PASS…, …TOKEN…) as ***
  std::vector<std::string> origins;  ///< of each value that was put in
  struct Complaint {
    std::string message;
    std::string hint;
  };
  std::vector<Complaint> complaints;  ///< unset variables, malformed ${…}; `text` is of no use then
};

/// Replaces ${NAME}, ${x:key} and ${NAME:-default} (also for a variable that is set to nothing; a default may hold ${…}
/// itself). "$${" stands for a literal "${"; any other $ is itself. What is put in is not looked at again.
Expansion expand(std::string_view text, Variables& variables);

/// Whether expand() would change it.
bool has_variables(std::string_view text);

/// Whether a variable or option of this name should not be shown.
bool sounds_secret(std::string_view name);

}  // namespace migrate::command
