#include "migrate/cli/session.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"

namespace migrate::cli {
namespace {

constexpr char k_disguise = '\x01';

}  // namespace

std::string disguised(std::string word) {
  if (word.size() > 1 && word[0] == '-' && word[1] >= '0' && word[1] <= '9') word[0] = k_disguise;
  return word;
}

std::string undisguised(std::string word) {
  if (!word.empty() && word[0] == k_disguise) word[0] = '-';
  return word;
}

std::vector<std::string> undisguised(std::vector<std::string> words) {
  for (auto& word : words) word = undisguised(std::move(word));
  return words;
}

command::GlobalOptions Session::options() const {
  command::GlobalOptions options = globals;
  for (const auto& word : x_words) {
    const auto equals = word.find('=');
    options.x.emplace_back(word.substr(0, equals), equals == std::string::npos ? "" : word.substr(equals + 1));
  }
  return options;
}

command::Context Session::context() {
  const auto environment = base::process_environment();
  command::Context context;
  context.config = command::load_config(options(), environment);
  context.environment = environment;
  report.config_file = context.config.file;
  context.interrupt_fd = signals.descriptor();
  context.log = [this](const base::LogEvent& event) {
    if (event.level == base::LogLevel::debug && !verbose) return;
    // Thrown as well, and told as the error or by what is done about it.
    if (event.name == "pool.connect_failed" || event.name == "pool.discard") return;
    output.note(event.message);
  };
  context.on_notice = [this](const engine::Notice& notice) {
    if (json && events) output.answer(json::notice(notice, dry_run));
    if (json) return;
    output.note(fmt::format("  {}: {}", notice.severity, notice.message));
    if (!notice.detail.empty()) output.note(fmt::format("    {}", notice.detail));
  };
  return context;
}

void note_no_revisions(Session& session, const command::Context& context) {
  std::vector<std::string> places;
  for (const auto& location : context.config.version_locations) places.push_back(location.string());
  session.output.note(fmt::format("There are no revision files in {}; `migrate revision -m MESSAGE` writes one.",
                                  base::join(places, ", ")));
}

}  // namespace migrate::cli
