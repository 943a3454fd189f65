// Form of a URL, as libpq reads it (PostgreSQL documentation, 34.1.1.2):
//   scheme[+driver]://[user[:password]@][host[:port][,...]][/database][?name=value[&...]]
// Every part may be percent-encoded. host, port, user, password and dbname may also stand in the query, and win there;
// SQLAlchemy's host=name:port, repeated, is understood too.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"
#include "migrate/engine/detail/parameters.hpp"
#include "migrate/engine/detail/url_text.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/url.hpp"

namespace migrate::engine {
namespace {

constexpr std::string_view k_form = "Write postgresql://user:password@host:5432/database; each part may be missing.";
constexpr std::string_view k_encode =
    "In a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25.";

/// Schemes that a message may repeat. What stands before a "://" may be half of a password just as well.
constexpr std::array<std::string_view, 12> k_foreign = {"mysql",     "mariadb", "sqlite",  "oracle", "mssql", "jdbc",
                                                        "sqlserver", "redis",   "mongodb", "http",   "https", "file"};

[[noreturn]] void fail(std::string_view what, std::string_view hint = k_form) {
  throw DatabaseArgumentError(fmt::format("database URL: {}", what), std::string(hint));
}

/// The raw text between the marks.
struct Pieces {
  std::string_view scheme;
  std::optional<std::string_view> credentials;
  std::string_view hosts;
  std::string_view database;
  std::string_view query;
};

std::string decode(std::string_view text, std::string_view part) {
  try {
    return percent_decode(text);
  } catch (const DatabaseArgumentError& error) {
    fail(fmt::format("in the {}, {}", part, error.what()), error.hint().empty() ? k_form : error.hint());
  }
}

/// A password with a character that should have been encoded ends up in the wrong part, where messages would show it.
void refuse_stray_credentials(const Pieces& pieces, std::string_view authority) {
  if (std::ranges::count(authority, '@') > 1) fail("there is more than one @ before the host", k_encode);
  if (pieces.database.find('@') != std::string_view::npos) {
    fail("there is an @ after the first /", fmt::format("{} In a database name, too, write @ as %40.", k_encode));
  }
  if (authority.find(':') == std::string_view::npos) return;
  for (const auto parameter : base::split(pieces.query, '&')) {
    const auto name = parameter.substr(0, parameter.find('='));
    if (parameter.find('@') != std::string_view::npos && !detail::is_known_parameter(name)) {
      fail("there is an @ after the ?", k_encode);
    }
  }
}

Pieces cut(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) fail("it does not start with postgresql://");
  Pieces pieces;
  pieces.scheme = text.substr(0, colon);
  text.remove_prefix(colon + 3);
  const auto authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(authority.size());
  const auto query = text.find('?');
  if (query != std::string_view::npos) pieces.query = text.substr(query + 1);
  pieces.database = text.substr(0, query);
  if (pieces.database.starts_with('/')) pieces.database.remove_prefix(1);
  const auto at = authority.find('@');
  if (at != std::string_view::npos) pieces.credentials = authority.substr(0, at);
  pieces.hosts = at == std::string_view::npos ? authority : authority.substr(at + 1);
  refuse_stray_credentials(pieces, authority);
  return pieces;
}

void read_scheme(std::string_view text, Url& url) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.";
  if (text.size() > 40 || text.find_first_not_of(letters) != std::string_view::npos) {
    fail("it does not start with postgresql://");
  }
  const auto plus = text.find('+');
  const std::string name = base::to_lower(text.substr(0, plus));
  if (std::ranges::find(k_foreign, name) != k_foreign.end()) {
    fail(fmt::format("\"{}\" is not PostgreSQL's scheme", name));
  }
  if (name != "postgresql" && name != "postgres") fail("it does not start with postgresql://");
  if (plus == std::string_view::npos) return;
  url.driver = text.substr(plus + 1);
  if (url.driver.empty()) fail("the + of its scheme is not followed by a driver");
}

std::uint16_t read_port(std::string_view text) {
  const std::string decoded = decode(text, "port");
  const auto port = detail::parse_port(decoded);
  // Whatever is not a number may be half of a password with a character that should have been encoded.
  const bool number = decoded.find_first_not_of("0123456789") == std::string::npos;
  if (!port) fail(number ? fmt::format("port {} is not from 1 to 65535", decoded) : "the port is not a number");
  return *port;
}

Url::Host read_host(std::string_view text) {
  Url::Host host;
  std::size_t colon = text.find(':');
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) fail("the [ of an IPv6 address has no ]");
    host.name = decode(text.substr(1, end - 1), "host");
    if (host.name.empty()) fail("the IPv6 address between [ and ] is missing");
    colon = end + 1 == text.size() ? std::string_view::npos : end + 1;
    if (colon != std::string_view::npos && text[colon] != ':')
      fail("the ] of an IPv6 address is followed by more text");
  } else {
    host.name = decode(text.substr(0, colon), "host");
    if (detail::looks_like_ipv6(text)) fail("an IPv6 address must stand in brackets", "Write [::1]:5432.");
  }
  if (colon != std::string_view::npos && colon + 1 < text.size()) host.port = read_port(text.substr(colon + 1));
  return host;
}

/// A host of the query string: name, or SQLAlchemy's name:port. Decoded already.
Url::Host host_of_parameter(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.starts_with('/') || detail::looks_like_ipv6(text)) {
    return {std::string(text), std::nullopt};
  }
  auto name = text.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  const auto port = detail::parse_port(text.substr(colon + 1));
  if (!port) fail("a host in the query string has a port that is not from 1 to 65535");
  return {std::string(name), *port};
}

void set_ports(const std::vector<std::string>& ports, Url& url) {
  if (ports.empty()) return;
  if (url.hosts.empty()) url.hosts.emplace_back();
  if (ports.size() != 1 && ports.size() != url.hosts.size()) {
    fail(fmt::format("{} ports for {} hosts", ports.size(), url.hosts.size()), "Give one port, or one for each host.");
  }
  for (std::size_t i = 0; i < url.hosts.size(); ++i) {
    const std::string& port = ports[ports.size() == 1 ? 0 : i];
    if (!port.empty()) url.hosts[i].port = read_port(percent_encode(port));
  }
}

void read_query(std::string_view query, Url& url) {
  std::vector<Url::Host> hosts;
  std::vector<std::string> ports;
  if (query.empty()) return;
  for (const auto piece : base::split(query, '&')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      fail("a parameter after the ? is not of the form name=value");
    }
    std::string name = decode(piece.substr(0, equals), "name of a parameter");
    std::string value = decode(piece.substr(equals + 1), fmt::format("value of parameter \"{}\"", name));
    if (name == "password") {
      url.password = std::move(value);
    } else if (name == "user") {
      url.user = std::move(value);
    } else if (name == "dbname") {
      url.database = std::move(value);
    } else if (name == "host") {
      for (const auto host : base::split(value, ',')) hosts.push_back(host_of_parameter(host));
    } else if (name == "port") {
      for (const auto port : base::split(value, ',')) ports.emplace_back(port);
    } else {
      url.parameters.emplace_back(std::move(name), std::move(value));
    }
  }
  const bool said = hosts.size() > 1 || (hosts.size() == 1 && !hosts.front().name.empty());
  if (said) url.hosts = std::move(hosts);
  if (ports.size() > 1 || (ports.size() == 1 && !ports.front().empty())) set_ports(ports, url);
}

void refuse_control_characters(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) {
    fail("it holds a control character", "Such a character must be percent-encoded; is a line break in the value?");
  }
}

}  // namespace

Url Url::parse(std::string_view text) {
  text = base::trim(text);
  if (text.empty()) fail("it is empty");
  refuse_control_characters(text);
  const Pieces pieces = cut(text);
  Url url;
  read_scheme(pieces.scheme, url);
  if (pieces.credentials) {
    const auto colon = pieces.credentials->find(':');
    url.user = decode(pieces.credentials->substr(0, colon), "user name");
    if (colon != std::string_view::npos) url.password = decode(pieces.credentials->substr(colon + 1), "password");
  }
  if (!pieces.hosts.empty()) {
    for (const auto host : base::split(pieces.hosts, ',')) url.hosts.push_back(read_host(host));
  }
  url.database = decode(pieces.database, "database");
  read_query(pieces.query, url);
  // "://:/" says as little as ":///".
  if (url.hosts == std::vector<Url::Host>(1)) url.hosts.clear();
  return url;
}

}  // namespace migrate::engine
