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
  auto sorted = faults_;
  std::ranges::stable_sort(sorted, {}, &Fault::place);
  std::vector<std::string> lines;
  std::vector<std::string> hints;
  for (const auto& fault : sorted) {
    lines.push_back(fault.line);
    if (!fault.hint.empty() && std::ranges::find(hints, fault.hint) == hints.end()) hints.push_back(fault.hint);
  }
  throw ConfigError(base::join(lines, "\n"), base::join(hints, "\n"));
}

}  // namespace migrate::command
