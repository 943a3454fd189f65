#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "migrate/command/detail/config_keys.hpp"
#include "migrate/command/detail/faults.hpp"
#include "migrate/command/detail/interpolation.hpp"
#include "migrate/command/detail/toml_node.hpp"

namespace migrate::command {

/// A key that the file says something of.
struct SaidKey {
  const ConfigKey* key = nullptr;
  std::size_t element = 0;  ///< of a repeated table, from 0
  Place place;
  std::string shown;   ///< the value for `migrate config`: secrets hidden
  std::string origin;  ///< "alembic.toml:12", "alembic.toml:22, $DATABASE_URL"
};

/// One table of the file, read into settings by config_keys().
struct ReadSettings {
  FileSettings settings;
  std::vector<SaidKey> said;
  /// Where each element of a repeated table begins.
  std::map<std::string_view, std::vector<Place>> elements;

  /// Null when the file does not mention it. `element`: of a repeated table.
  [[nodiscard]] const SaidKey* find(std::string_view table, std::string_view name, std::size_t element = 0) const;
};

/// How to read: which table, and what its ${…} mean.
struct ReadRequest {
  std::string table;        ///< -n
  std::string file;         ///< how messages call the file
  bool ignore_url = false;  ///< --url was given: what engine.url says need not make sense
};

/// Reads the table `request.table` of the document; what is wrong with it is added to `faults`. A key that is wrong
/// keeps its default.
ReadSettings read_settings(const TomlNode& document, const ReadRequest& request, Variables& variables, Faults& faults);

}  // namespace migrate::command
