#include "migrate/command/detail/url_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"

namespace migrate::command {
namespace {

constexpr std::string_view k_wanted =
    "Write postgresql://user:password@host:5432/database (each part may be missing), or the word embedded for a "
    "private "
    "server that migrate starts itself.";
constexpr std::string_view k_encode =
    "Write such a character of a user name or password percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as "
    "%25.";

bool has_stray_percent(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdefABCDEF";
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const auto code = text.substr(at + 1, 2);
    if (code.size() < 2 || code.find_first_not_of(digits) != std::string_view::npos) return true;
  }
  return false;
}

/// A password may leave such marks in the wrong part of a URL. Parsing on would show pieces of it as a host, a port or
/// a database, or even connect elsewhere.
bool has_stray_credentials(std::string_view rest) {
  const auto at = rest.find('@');
  const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  const auto authority = rest.substr(0, authority_end);
  if (std::ranges::count(authority, '@') > 1) return true;
  if (at == std::string_view::npos) return false;
  const auto query = std::min(rest.find('?'), rest.size());
  if (at > authority_end && at < query) return true;
  if (at < authority_end) return has_stray_percent(authority.substr(0, at));
  // The first @ stands in the query: fine in a value (user=me@tenant), unless what is before the ? is no host and port.
  if (rest.find('=', query) > at) return true;
  for (const auto host : base::split(authority, ',')) {
    const auto colon = host.rfind(':');
    const bool bracketed = host.starts_with('[');
    if (colon == std::string_view::npos || (bracketed && host.find(']') > colon)) continue;
    if (host.substr(colon + 1).find_first_not_of("0123456789") != std::string_view::npos) return true;
  }
  return false;
}

/// What the parser says, unless it repeats the password.
Complaint from_parser(const engine::DatabaseArgumentError& error, std::string_view rest) {
  const std::string_view message = error.what();
  const auto at = rest.find('@');
  if (at != std::string_view::npos) {
    const auto user = rest.substr(0, at);
    const auto colon = user.find(':');
    const auto password = colon == std::string_view::npos ? std::string_view() : user.substr(colon + 1);
    if (!password.empty() && message.find(password) != std::string_view::npos) {
      return {"it is not a database URL", std::string(k_wanted)};
    }
  }
  return {std::string(message), error.hint().empty() ? std::string(k_wanted) : error.hint()};
}

struct Attempt {
  Complaint complaint;
  engine::Url url;
};

Attempt parse(const std::string& text) {
  const auto scheme = text.find("://");
  if (scheme == std::string::npos) {
    const std::array<std::string, 1> words{"embedded"};
    const bool near = text.size() < 12 && base::nearest(text, words).has_value();
    return {
        {near ? "it is not a database URL; did you mean embedded?" : "it is not a database URL", std::string(k_wanted)},
        {}};
  }
  const std::string_view rest = std::string_view(text).substr(scheme + 3);
  if (has_stray_credentials(rest)) {
    return {{"it has a character that must be percent-encoded in its user name or password", std::string(k_encode)},
            {}};
  }
  try {
    return {{}, engine::Url::parse(text)};
  } catch (const engine::DatabaseArgumentError& error) {
    return {from_parser(error, rest), {}};
  }
}

/// Reads a text that was given as the URL. The complaint is "" when there is none.
Complaint take(const std::string& text, ChosenUrl& chosen) {
  if (text == "embedded") {
    chosen.embedded = true;
    return {};
  }
  auto [complaint, url] = parse(text);
  chosen.url = std::move(url);
  return complaint;
}

constexpr std::array<std::string_view, 5> k_parts{"DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASS"};

ChosenUrl from_parts(const base::Environment& environment, Faults& faults) {
  ChosenUrl chosen;
  std::string origin;
  for (const auto part : k_parts) {
    if (const auto value = environment(part); value && !value->empty()) {
      origin += fmt::format("{}${}", origin.empty() ? "" : " ", part);
    }
  }
  if (origin.empty()) {
    chosen.origin = "libpq defaults (PG*)";
    return chosen;
  }
  chosen.origin = origin;
  try {
    if (const auto config = engine::ConnectionConfig::from_environment(environment)) chosen.url = config->url();
  } catch (const engine::DatabaseArgumentError& error) {
    faults.add(origin, error.what(), error.hint());
  }
  return chosen;
}

}  // namespace

Complaint check_url(const std::string& text) {
  return parse(text).complaint;
}

ChosenUrl choose_url(const std::optional<std::string>& option, const FileUrl& file,
                     const base::Environment& environment, Faults& faults) {
  ChosenUrl chosen;
  if (option) {
    chosen.origin = "--url";
    const auto [message, hint] = option->empty() ? Complaint{"it is empty",
                                                             "Leave --url out to use the configured database; "
                                                             "is a shell variable not set?"}
                                                 : take(*option, chosen);
    if (!message.empty()) faults.add(chosen.origin, message, hint);
  } else if (!file.text.empty()) {
    chosen.origin = file.origin;
    const auto [message, hint] = take(file.text, chosen);
    if (!message.empty()) faults.add(file.place, "engine.url: " + message, hint);
  } else if (const auto url = environment("DATABASE_URL"); url && !url->empty()) {
    chosen.origin = "$DATABASE_URL";
    const auto [message, hint] = take(*url, chosen);
    if (!message.empty()) faults.add(chosen.origin, message, hint);
  } else {
    chosen = from_parts(environment, faults);
  }
  return chosen;
}

}  // namespace migrate::command
