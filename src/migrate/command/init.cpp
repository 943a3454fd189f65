#include "migrate/command/init.hpp"

#include <fmt/format.h>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/context.hpp"
#include "migrate/command/list_templates.hpp"
#include "migrate/script/builtin_templates.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

/// The same on every machine, so it belongs to the project; what it points at is made by compile_commands.cpp.
constexpr std::string_view k_clangd =
    "# Editors that use clangd learn here how the C++ revisions are compiled. migrate keeps the file this points at.\n"
    "CompileFlags:\n"
    "  CompilationDatabase: ../.migrate\n";

void check_template(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& known : list_templates()) names.push_back(known.name);
  if (std::ranges::find(names, name) != names.end()) return;
  const auto near = base::nearest(name, names);
  throw UsageError(
      fmt::format("there is no template \"{}\"{}", name, near ? fmt::format("; did you mean {}?", *near) : ""),
      fmt::format("The templates are: {}. `migrate list_templates` describes them.", base::join(names, ", ")));
}

void make_directory(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    throw base::FileError(fmt::format("cannot create the directory {}: {}", path.string(), error.message()),
                          "Check the permissions of the directories above it.");
  }
}

void place(InitReport& report, const fs::path& relative, std::string_view text) {
  const fs::path path = report.directory / relative;
  make_directory(path.parent_path());
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    report.kept.push_back(relative);
    return;
  }
  base::write_new_file(path, text);
  report.created.push_back(relative);
}

}  // namespace

InitReport init(const InitRequest& request) {
  check_template(request.template_name);
  InitReport report;
  report.directory = request.directory;
  std::error_code ignored;
  if (fs::exists(request.directory / "alembic.toml", ignored)) {
    throw UsageError(fmt::format("{} exists already: this directory holds a project",
                                 (request.directory / "alembic.toml").lexically_normal().string()),
                     "Nothing was written. Go on with `migrate revision -m \"…\"`, or name another directory.");
  }
  const std::string own = request.template_name + "/";
  for (const auto& file : script::builtin_templates()) {
    if (file.path.starts_with(own)) {
      const fs::path name = file.path.substr(own.size());
      if (name != "README") place(report, name, file.text);
    } else if (file.path.find('/') == std::string_view::npos && file.path.ends_with(".mako")) {
      place(report, fs::path("templates") / file.path, file.text);
    }
  }
  place(report, "versions/.clangd", k_clangd);
  return report;
}

}  // namespace migrate::command
