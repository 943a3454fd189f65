#include "migrate/cli/session.hpp"

#include <fmt/format.h>

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
  context.interrupt_fd = signals.descriptor();
  context.log = [this](const base::LogEvent& event) {
    if (event.level == base::LogLevel::debug && !verbose) return;
    output.note(event.message);
  };
  context.on_notice = [this](const engine::Notice& notice) {
    if (json) return;
    output.note(fmt::format("  {}: {}", notice.severity, notice.message));
    if (!notice.detail.empty()) output.note(fmt::format("    {}", notice.detail));
  };
  return context;
}

}  // namespace migrate::cli
