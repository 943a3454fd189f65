#include <charconv>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"
#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

int number_in(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Whether a line that begins with such guards is for that major version; cuts them off.
bool applies(std::string_view& line, int major) {
  bool all = true;
  for (std::string_view rest = base::trim(line); rest.starts_with('['); rest = line) {
    const std::string_view guard = rest.substr(1, rest.find(']') - 1);
    all = all && (guard.starts_with('<') ? major < number_in(guard.substr(1)) : major >= number_in(guard));
    line = rest.substr(guard.size() + 2);
  }
  return all;
}

std::string member(std::string_view catalog, std::string_view oid) {
  std::string text("EXISTS (SELECT FROM pg_depend m WHERE m.classid = '");
  text.append(catalog).append("'::regclass AND m.objid = ").append(oid).append(" AND m.deptype = 'e')");
  return text;
}

std::string expand(std::string_view word) {
  const auto parts = base::split(word, ':');
  if (parts[0] == "member" && parts.size() == 3) return member(parts[1], parts[2]);
  if (parts[0] == "relation" && parts.size() == 2) {
    const std::string row(parts[1]);
    return row + ".relnamespace = ANY ($1) AND " + row + ".relpersistence <> 't' AND NOT " +
           member("pg_class", row + ".oid");
  }
  throw base::Error("a catalog query holds the unknown word {" + std::string(word) + "}");
}

}  // namespace

std::string compose(std::string_view sql, int server_version) {
  const int major = server_version / 10000;
  std::string text;
  for (std::string_view line : base::split(sql, '\n')) {
    if (!applies(line, major)) continue;
    for (auto open = line.find('{'); open != std::string_view::npos; open = line.find('{')) {
      const auto close = line.find('}', open);
      text.append(line.substr(0, open)).append(expand(line.substr(open + 1, close - open - 1)));
      line.remove_prefix(close + 1);
    }
    text.append(line).append("\n");
  }
  return text;
}

}  // namespace migrate::catalog::detail
