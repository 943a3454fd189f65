#include "migrate/command/detail/faults.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/command/config_error.hpp"

namespace migrate::command {

void Faults::add(Place place, const std::string& message, const std::string& hint) {
  faults_.push_back({place, fmt::format("{}:{}:{}: {}", file_, place.line, place.column, message), hint});
}

void Faults::add(const std::string& origin, const std::string& message, const std::string& hint) {
  faults_.push_back({{}, fmt::format("{}: {}", origin, message), hint});
}

void Faults::throw_if_any() const {
  if (faults_.empty()) return;
  if (faults_.size() == 1) throw ConfigError(faults_[0].line, faults_[0].hint);
  auto sorted = faults_;
  std::ranges::stable_sort(sorted, {}, &Fault::place);
  std::vector<std::string> lines;
  lines.reserve(sorted.size());
  for (const auto& [place, line, hint] : sorted)
    lines.push_back(hint.empty() ? line : fmt::format("{}. {}", line, hint));
  throw ConfigError(base::join(lines, "\n"));
}

}  // namespace migrate::command
