#include "migrate/script/detail/cpp_depfile.hpp"

#include <algorithm>
#include <filesystem>

#include "migrate/base/text.hpp"

namespace migrate::script::detail {

std::vector<std::string> parse_depfile(std::string_view text) {
  std::vector<std::string> files;
  // A blank after it: a colon may stand in a name.
  const auto colon = text.find(": ");
  if (colon == std::string_view::npos) return files;
  std::string file;
  const auto finish = [&] {
    if (!file.empty()) files.push_back(std::move(file));
    file.clear();
  };
  for (auto at = colon + 1; at < text.size() && text[at] != '\n';) {
    // Backslashes mean something only before what they escape, and are doubled only before an escaped blank.
    const auto after = std::min(text.find_first_not_of('\\', at), text.size());
    const auto run = after - at;
    const char next = after < text.size() ? text[after] : '\0';
    const bool blank = next == ' ' || next == '\t';
    if (run > 0) {
      const bool escapes = next == '#' || next == ':' || next == '\n' || next == '\r';
      file.append(blank ? run / 2 : run - (escapes ? 1 : 0), '\\');
      at = after;
      if (next == '\r' && text.substr(at).starts_with("\r\n")) ++at;
      if (next == '\n' || next == '\r') {
        finish();
        ++at;
      } else if (escapes || (blank && run % 2 == 1)) {
        file += next;
        ++at;
      }
    } else {
      if (blank || next == '\r') {
        finish();
      } else {
        file += next;
        if (text.substr(at).starts_with("$$")) ++at;
      }
      ++at;
    }
  }
  finish();
  return files;
}

std::vector<std::string> parse_link_depfile(std::string_view text) {
  std::vector<std::string> files;
  // After the files come rules without any, which start at the beginning of a line.
  for (auto line : base::split(text, '\n')) {
    if (!line.starts_with(' ') && !line.starts_with('\t')) continue;
    line = base::trim(line);
    if (line.ends_with(" \\")) line = base::trim(line.substr(0, line.size() - 2));
    std::error_code ignored;
    const bool plain = line.find('\\') == std::string_view::npos || std::filesystem::exists(line, ignored);
    if (plain && !line.empty()) {
      files.emplace_back(line);
    } else {
      for (auto& file : parse_depfile("made: " + std::string(line))) files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace migrate::script::detail
