#include "migrate/cli/consent.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>

#include "migrate/base/text.hpp"

namespace migrate::cli {
namespace {

/// A line typed by the user, or what came before the end of the input; nothing: an interrupt came first.
std::optional<std::string> typed_line(int interrupt) {
  std::string line;
  while (!line.ends_with('\n')) {
    std::array<pollfd, 2> wanted{{{STDIN_FILENO, POLLIN, 0}, {interrupt, POLLIN, 0}}};
    if (::poll(wanted.data(), wanted.size(), -1) < 0) continue;
    if (wanted[1].revents != 0) return std::nullopt;
    std::array<char, 256> bytes{};
    const auto count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count <= 0) break;
    line.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return base::to_lower(base::trim(line));
}

command::Consent ask(Session& session, std::span<const command::DestructiveStatement> statements) {
  auto& output = session.output;
  output.abandon_progress();
  output.complain(output.styled_note(Output::Style::bold, "This loses data:"));
  for (const auto& statement : statements) output.complain("  " + command::describe(statement));
  output.complain("Go on? [y/N]");
  const auto answer = typed_line(session.signals.descriptor());
  if (!answer) return command::Consent::interrupted;
  return *answer == "y" || *answer == "yes" ? command::Consent::given : command::Consent::refused;
}

}  // namespace

command::AskConsent consent(Session& session) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return {};
  return [&session](std::span<const command::DestructiveStatement> statements) { return ask(session, statements); };
}

}  // namespace migrate::cli
