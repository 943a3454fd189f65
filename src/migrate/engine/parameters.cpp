#include "migrate/engine/parameters.hpp"

#include <fmt/format.h>

namespace migrate::engine {
Parameters Parameters::of_texts(std::span<const std::optional<std::string>> texts) {
  Parameters parameters;
  parameters.places_.reserve(texts.size());
  for (const auto& text : texts) {
    if (text) {
      parameters.add_text(*text);
    } else {
      parameters.add_null();
    }
  }
  return parameters;
}

void Parameters::require_sendable() const {
  if (size() <= k_limit) return;
  throw DatabaseArgumentError(fmt::format("{} parameters, where a statement may have {}", size(), k_limit),
                              "Pass an array and unnest it, or use COPY.");
}

Parameters& Parameters::add_null() {
  places_.push_back(k_null);
  return *this;
}

Parameters& Parameters::add_text(std::string_view text) {
  const std::size_t start = texts_.size();
  texts_ += text;
  return end_text(start);
}

Parameters& Parameters::end_text(std::size_t start) {
  if (std::memchr(texts_.data() + start, '\0', texts_.size() - start) != nullptr) {
    texts_.resize(start);
    throw DatabaseArgumentError("a parameter holds a zero byte, which no text of PostgreSQL may",
                                "Bytes go as std::vector<std::byte>, into a bytea.");
  }
  add_null();
  texts_ += '\0';
  places_.back() = start;
  return *this;
}

std::optional<std::string_view> Parameters::text(std::size_t n) const {
  const std::size_t place = places_.at(n);
  if (place == k_null) return std::nullopt;
  return std::string_view(texts_.c_str() + place);
}

std::vector<const char*> Parameters::pointers() const {
  std::vector<const char*> pointers;
  pointers.reserve(places_.size());
  for (const std::size_t place : places_) pointers.push_back(place == k_null ? nullptr : texts_.data() + place);
  return pointers;
}

}  // namespace migrate::engine
