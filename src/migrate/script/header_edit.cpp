#include "migrate/script/header_edit.hpp"

#include <algorithm>
#include <optional>

#include "migrate/base/text.hpp"

namespace migrate::script {
namespace {

/// One line of the header: "-- key: value" or "// key: value".
struct HeaderLine {
  std::size_t start = 0;
  std::size_t end = 0;  ///< before the line break, carriage return included
  std::string_view marker;
  std::string_view key;
};

/// The line that starts at `at`; nothing when it is no comment of this kind, or the marker of a section: there the
/// header ends.
std::optional<HeaderLine> header_line(std::string_view text, std::size_t at, std::string_view marker) {
  HeaderLine line;
  line.start = at;
  line.end = std::min(text.find('\n', at), text.size());
  const std::string_view content = text.substr(at, line.end - at);
  if (!content.starts_with(marker)) return std::nullopt;
  line.marker = content.substr(0, marker.size());
  if (line.marker == "--" && base::trim(content.substr(2)).starts_with("migrate:")) return std::nullopt;
  const auto colon = content.find(':');
  if (colon != std::string_view::npos) line.key = base::trim(content.substr(2, colon - 2));
  return line;
}

std::optional<HeaderLine> find_key(std::string_view text, std::string_view key) {
  constexpr std::string_view k_bom = "\xEF\xBB\xBF";
  std::size_t at = text.starts_with(k_bom) ? k_bom.size() : 0;
  const std::string_view marker = text.substr(at).starts_with("//") ? "//" : "--";
  while (at < text.size()) {
    const auto line = header_line(text, at, marker);
    if (!line) return std::nullopt;
    if (line->key == key) return line;
    at = line->end + 1;
  }
  return std::nullopt;
}

}  // namespace

std::string with_header_value(std::string_view text, std::string_view key, std::string_view value) {
  const auto found = find_key(text, key);
  const auto beside = found ? found : find_key(text, "revision");
  if (!beside) return std::string(text);
  const bool carriage_return = beside->end > 0 && text[beside->end - 1] == '\r';
  std::string line = std::string(beside->marker).append(" ").append(key).append(":");
  if (!value.empty()) line.append(" ").append(value);
  if (carriage_return) line += '\r';
  std::string result(text.substr(0, found ? found->start : beside->end));
  if (!found) result += '\n';
  return result.append(line).append(text.substr(beside->end));
}

}  // namespace migrate::script
