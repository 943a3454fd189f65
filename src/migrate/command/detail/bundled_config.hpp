#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/command/detail/toml_node.hpp"

namespace migrate::command {

/// alembic.toml as a bundle carries it.
struct BundledConfig {
  std::string text;                  ///< TOML with the one table; ${…} stand as written
  std::vector<std::string> notices;  ///< what was left out of it, for people; nothing secret
};

/// The table `table` of the document, without what a bundle has no use for (autogenerate, post_write_hooks, cpp) and
/// without passwords: of comments and other tables nothing is kept. `file` starts the messages. Throws ConfigError when
/// a URL is such that nobody can say where its password ends.
BundledConfig bundled_config(const TomlNode& document, const std::string& table, const std::string& file);

/// A text of alembic.toml with the literal passwords taken out of the database URL in it, also where they are the
/// default of a ${…}.
struct WithoutPassword {
  std::string text;
  bool removed = false;  ///< there was one
  bool unclear = false;  ///< `text` is empty: an @ stands where it may or may not belong to a password
};
WithoutPassword without_password(std::string_view text);

}  // namespace migrate::command
