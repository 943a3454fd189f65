#include "migrate/command/compile_commands.hpp"

#include <fmt/format.h>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/private_folder.hpp"
#include "migrate/script/cpp_build.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_file = "compile_commands.json";

std::string json_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result.append(1, '\\').append(1, c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + "\"";
}

void write_when_changed(const fs::path& file, const std::string& text) {
  std::error_code ignored;
  if (fs::exists(file, ignored) && base::read_file(file) == text) return;
  base::replace_file(file, text);
}

std::vector<CompileCommand> commands_of(const Context& context, const script::RevisionGraph& graph) {
  std::vector<CompileCommand> commands;
  for (script::Index i = 0; i < graph.size(); ++i) {
    if (graph[i].type != script::RevisionType::cpp || graph[i].text) continue;
    commands.push_back({context.config.directory.string(), graph[i].path.string(),
                        script::compile_command(graph[i], context.config.cpp, context.environment)});
  }
  return commands;
}

}  // namespace

std::string compile_commands_text(std::span<const CompileCommand> commands) {
  std::vector<std::string> entries;
  entries.reserve(commands.size());
  for (const auto& command : commands) {
    std::vector<std::string> words;
    words.reserve(command.arguments.size());
    for (const auto& word : command.arguments) words.push_back(json_text(word));
    entries.push_back(fmt::format(R"({{"directory": {}, "file": {}, "arguments": [{}]}})", json_text(command.directory),
                                  json_text(command.file), base::join(words, ", ")));
  }
  return "[\n" + base::join(entries, ",\n") + "\n]\n";
}

void refresh_compile_commands(const Context& context) noexcept {
  if (context.config.file.empty()) return;  // settings made by an application: there is no project
  try {
    const auto commands = commands_of(context, load_graph(context));
    if (commands.empty()) return;
    script::unpack_headers(context.config.cpp, context.environment);
    const fs::path folder = make_private_folder(context.config.directory);
    write_when_changed(folder / k_file, compile_commands_text(commands));
  } catch (const std::exception& error) {
    try {
      if (context.log) context.log({"compile_commands", base::LogLevel::debug, error.what(), {}});
    } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody left to tell
    }
  }
}

void make_sure_of_compile_commands(const Context& context) noexcept {
  std::error_code ignored;
  if (!fs::exists(context.config.directory / ".migrate" / k_file, ignored)) refresh_compile_commands(context);
}

}  // namespace migrate::command
