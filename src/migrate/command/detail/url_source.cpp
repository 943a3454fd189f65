#include "migrate/command/detail/url_source.hpp"

#include <fmt/format.h>

#include <array>
#include <tuple>

#include "migrate/base/text.hpp"

namespace migrate::command {
namespace {

constexpr std::string_view k_wanted =
    "Write postgresql://user:password@host:5432/database (each part may be missing), or the word embedded for a "
    "private "
    "server that migrate starts itself.";
struct Attempt {
  Complaint complaint;
  engine::Url url;
};

Attempt parse(const std::string& text) {
  if (text.find("://") == std::string::npos) {
    const std::array<std::string, 1> words{"embedded"};
    const bool near = text.size() < 12 && base::nearest(text, words).has_value();
    return {
        {near ? "it is not a database URL; did you mean embedded?" : "it is not a database URL", std::string(k_wanted)},
        {}};
  }
  try {
    return {{}, engine::Url::parse(text)};
  } catch (const engine::DatabaseArgumentError& error) {
    // The place is said already.
    std::string_view message = error.what();
    constexpr std::string_view prefix = "database URL: ";
    if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
    return {{std::string(message), error.hint().empty() ? std::string(k_wanted) : error.hint()}, {}};
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
    auto [message, hint] = take(file.text, chosen);
    if (message.empty()) return chosen;
    // A secret that is not all of the URL may have come to stand where a message quotes it.
    if (file.shown != file.text && file.shown.find("://") != std::string::npos) {
      std::tie(message, hint) = check_url(file.shown);
      if (message.empty()) message = "it is not right with the value of its secret variable";
    }
    faults.add(file.place, fmt::format("engine.{}: {}", file.key, message), hint);
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
