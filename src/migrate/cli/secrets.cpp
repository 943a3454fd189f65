#include "migrate/cli/secrets.hpp"

#include <algorithm>
#include <string_view>

namespace migrate::cli {
namespace {

constexpr std::string_view k_scheme_end = "://";
constexpr std::string_view k_parameter = "password=";
/// What an example shows in the place of a password.
constexpr std::string_view k_example = "password";
constexpr std::string_view k_hidden = "***";

struct Range {
  std::size_t begin;
  std::size_t end;
};

/// The password of the URL whose authority begins at `from`: a raw @, / or : may be a part of it, so it ends at the
/// last @.
Range password_of_url(std::string_view text, std::size_t from, std::size_t end) noexcept {
  const auto url = text.substr(from, end - from);
  const auto at = url.rfind('@');
  const auto colon = at == std::string_view::npos ? at : url.substr(0, at).find(':');
  if (colon == std::string_view::npos) return {from, from};
  return {from + colon + 1, from + at};
}

std::size_t end_of_parameter(std::string_view text, std::size_t from, std::size_t end) noexcept {
  return std::min(end, text.find('&', from));
}

}  // namespace

void mask_typed_password(char* word) noexcept {
  const std::string_view text(word);
  const auto mask = [word](Range range) { std::fill(word + range.begin, word + range.end, '*'); };
  for (auto at = text.find(k_parameter); at != std::string_view::npos; at = text.find(k_parameter, at + 1)) {
    const auto begin = at + k_parameter.size();
    mask({begin, end_of_parameter(text, begin, text.size())});
  }
  const auto scheme = text.find(k_scheme_end);
  if (scheme != std::string_view::npos) mask(password_of_url(text, scheme + k_scheme_end.size(), text.size()));
}

std::string without_url_passwords(const std::string& text) {
  std::string shown;
  std::size_t copied = 0;
  for (auto scheme = text.find(k_scheme_end); scheme != std::string::npos; scheme = text.find(k_scheme_end, copied)) {
    const auto from = scheme + k_scheme_end.size();
    const auto end = std::min(text.size(), text.find_first_of(" \t\n", from));
    const auto [begin, stop] = password_of_url(text, from, end);
    const bool secret = begin < stop && text.compare(begin, stop - begin, k_example) != 0;
    shown.append(text, copied, begin - copied);
    if (secret) shown += k_hidden;
    copied = secret ? stop : begin;
    for (auto at = text.find(k_parameter, copied); at < end; at = text.find(k_parameter, copied)) {
      const auto value = at + k_parameter.size();
      shown.append(text, copied, value - copied).append(k_hidden);
      copied = end_of_parameter(text, value, end);
    }
  }
  return shown.append(text, copied);
}

}  // namespace migrate::cli
