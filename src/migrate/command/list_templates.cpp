#include "migrate/command/list_templates.hpp"

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/script/builtin_templates.hpp"

namespace migrate::command {

std::vector<InitTemplate> list_templates() {
  constexpr std::string_view k_readme = "/README";
  std::vector<InitTemplate> templates;
  for (const auto& file : script::builtin_templates()) {
    if (!file.path.ends_with(k_readme)) continue;
    templates.push_back({std::string(file.path.substr(0, file.path.size() - k_readme.size())),
                         std::string(base::trim(file.text.substr(0, file.text.find('\n'))))});
  }
  std::ranges::sort(templates, {}, &InitTemplate::name);
  return templates;
}

}  // namespace migrate::command
