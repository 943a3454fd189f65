#pragma once
#include <string>
#include <vector>

namespace migrate::command {

struct InitTemplate {
  std::string name;
  std::string description;  ///< first line of its README
};

/// What `migrate init --template` accepts, sorted by name.
std::vector<InitTemplate> list_templates();

}  // namespace migrate::command
