#include "migrate/command/edit.hpp"

#include <fmt/format.h>

#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/show.hpp"

namespace migrate::command {
namespace {

/// The editor's words: $VISUAL and $EDITOR may hold options ("code --wait").
std::vector<std::string> editor(const base::Environment& environment) {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const auto value = environment(name);
    if (value && !base::trim(*value).empty()) return base::split_list(*value, ' ');
  }
  for (const char* name : {"sensible-editor", "editor", "nano", "vim", "vi", "code"}) {
    if (base::find_program(name)) return {name};
  }
  throw UsageError("no editor found", "Set $EDITOR.");
}

}  // namespace

std::vector<std::filesystem::path> edit(const Context& context, const std::string& identifier) {
  std::vector<std::filesystem::path> files;
  for (const auto& revision : show(context, identifier)) files.push_back(revision.path);
  if (files.empty()) {
    throw UsageError(fmt::format("\"{}\" names no revision to edit", identifier), "`migrate history` lists them.");
  }
  auto command = editor(context.environment);
  if (!base::find_program(command.front())) {
    throw UsageError(fmt::format("the editor {} cannot be found", command.front()),
                     "Set $VISUAL or $EDITOR to a program that is there.");
  }
  for (const auto& file : files) command.push_back(file.string());
  base::ProcessOptions options;
  options.inherit_streams = true;
  const auto result = base::run_process(command, options);
  if (result.exit_code != 0) {
    throw UsageError(fmt::format("the editor {} ended with exit code {}", command.front(), result.exit_code),
                     "If that was a fault: set $VISUAL or $EDITOR to an editor that works here.");
  }
  return files;
}

}  // namespace migrate::command
