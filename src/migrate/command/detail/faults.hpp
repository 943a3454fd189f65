#pragma once
#include <string>
#include <vector>

#include "migrate/command/detail/toml_node.hpp"

namespace migrate::command {

/// Collects what is wrong with the configuration, so that one run shows all of it.
class Faults {
 public:
  /// `file`: how messages call alembic.toml.
  explicit Faults(std::string file) : file_(std::move(file)) {}

  /// A fault in the file.
  void add(Place place, const std::string& message, const std::string& hint = {});
  /// A fault elsewhere; `origin` ("--url", "$DB_PORT") starts its line.
  void add(const std::string& origin, const std::string& message, const std::string& hint = {});

  [[nodiscard]] bool empty() const noexcept { return faults_.empty(); }
  /// Throws ConfigError with every fault, in the order of the file, one a line. The hint of a single one is the
  /// error's; those of several stand on their lines.
  void throw_if_any() const;

 private:
  struct Fault {
    Place place;
    std::string line;
    std::string hint;
  };
  std::string file_;
  std::vector<Fault> faults_;
};

}  // namespace migrate::command
