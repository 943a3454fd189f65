#include "migrate/engine/detail/parameters.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "migrate/base/text.hpp"

namespace migrate::engine::detail {
namespace {

std::vector<std::string> ask_libpq() {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse("", nullptr),
                                                                             PQconninfoFree);
  std::vector<std::string> names;
  for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
    names.emplace_back(option->keyword);
  }
  return names;
}

/// "ssl" is what JDBC and asyncpg call sslmode.
std::pair<std::string, std::string> in_libpq_words(const std::string& name, const std::string& value) {
  if (name != "ssl") return {name, value};
  if (value == "true") return {"sslmode", "require"};
  if (value == "false") return {"sslmode", "disable"};
  return {"sslmode", value};
}

bool is_ours(std::string_view name) {
  return name == "connect_timeout" || name == "client_encoding";
}

}  // namespace

const std::vector<std::string>& known_parameters() {
  static const std::vector<std::string> names = ask_libpq();
  return names;
}

bool is_known_parameter(std::string_view name) {
  return name == "ssl" || std::ranges::find(known_parameters(), name) != known_parameters().end();
}

ConnectWords connect_words(const ConnectionParts& parts, std::span<const Url::Host> hosts) {
  const Url& url = parts.url;
  ConnectWords words;
  const auto set = [&](const std::string& name, const std::string& value) {
    std::erase_if(words, [&](const auto& word) { return word.first == name; });
    words.emplace_back(name, value);
  };
  std::vector<std::string> names;
  std::vector<std::string> ports;
  for (const auto& host : hosts) {
    names.push_back(host.name);
    ports.push_back(host.port ? std::to_string(*host.port) : "");
  }
  if (!hosts.empty()) {
    set("host", base::join(names, ","));
    set("port", base::join(ports, ","));
  }
  if (!url.user.empty()) set("user", url.user);
  if (url.password) set("password", *url.password);
  if (!url.database.empty()) set("dbname", url.database);
  // PGAPPNAME beats the default name, and nothing but the caller beats one that was chosen.
  const std::string default_name = ConnectionParts{}.application_name;
  set("fallback_application_name", default_name);
  for (const auto& [name, value] : url.parameters) {
    const auto [word, meaning] = in_libpq_words(name, value);
    if (!is_ours(word)) set(word, meaning);
  }
  if (parts.application_name != default_name) set("application_name", parts.application_name);
  set("client_encoding", "UTF8");
  return words;
}

std::chrono::milliseconds connect_timeout(const ConnectionParts& parts) {
  for (auto parameter = parts.url.parameters.rbegin(); parameter != parts.url.parameters.rend(); ++parameter) {
    if (parameter->first != "connect_timeout") continue;
    const std::string& text = parameter->second;
    int seconds = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc()) break;
    return std::chrono::seconds(std::max(0, seconds));
  }
  return parts.connect_timeout;
}

}  // namespace migrate::engine::detail
