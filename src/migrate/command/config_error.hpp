#pragma once
#include "migrate/base/error.hpp"

namespace migrate::command {

/// alembic.toml, the environment or a flag is wrong. The message begins with "file:line:column: " where there is one;
/// several faults stand one a line. Exit code 2.
class ConfigError : public base::Error {
 public:
  using Error::Error;
};

}  // namespace migrate::command
