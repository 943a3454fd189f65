#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "migrate/base/environment.hpp"
#include "migrate/command/detail/config_keys.hpp"
#include "migrate/command/detail/faults.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/url.hpp"

namespace migrate::command {

/// Why a text cannot be a database URL, or two empty texts. Never repeats a password, not even a piece of one.
Complaint check_url(const std::string& text);

/// What engine.url of the file, or engine.direct_url, came to.
struct FileUrl {
  std::string text;
  std::string shown;  ///< `text` with secret variables as ***
  Place place;
  std::string origin;            ///< "alembic.toml:22 engine.url"
  std::string_view key = "url";  ///< or "direct_url"
};

/// The database that a run is about.
struct ChosenUrl {
  bool embedded = false;
  engine::Url url;  ///< empty: libpq's own PG* variables, service and password file decide
  std::string origin;
};

/// First hit wins: the --url option, the file, $DATABASE_URL, $DB_HOST $DB_PORT $DB_NAME $DB_USER $DB_PASS, libpq. An
/// empty --url is a fault (a shell variable that is not set must not choose another database); the others empty are not
/// said. Faults are added, never thrown.
ChosenUrl choose_url(const std::optional<std::string>& option, const FileUrl& file,
                     const base::Environment& environment, Faults& faults);

}  // namespace migrate::command
