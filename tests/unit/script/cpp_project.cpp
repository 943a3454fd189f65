#include "unit/script/cpp_project.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/script/detail/embedded_files.hpp"

namespace migrate::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_op = R"(#pragma once
#include "migrate/schema/module/abi.h"
namespace migrate {
namespace schema {
class Operations {
 public:
  void execute(const char* sql);
  const char* answer() const { return answer_; }
  const MigrateChannel* channel_;
  const char* answer_;
};
}
using namespace schema;
}
)";

constexpr std::string_view k_support = R"(#include <cstring>
#include <exception>
#include "migrate/op.hpp"
namespace {
int ask(const MigrateChannel* channel, const char* text, const char** answer) {
  size_t size = 0;
  return channel->call(channel->host, text, std::strlen(text), answer, &size);
}
}
void migrate::schema::Operations::execute(const char* sql) {
  if (ask(channel_, sql, &answer_) != 0) throw "refused";
}
extern "C" int migrate_run_revision(void (*function)(void*), const MigrateChannel* channel, const char* info, size_t) {
  migrate::Operations op{channel, info};
  const char* answer = nullptr;
  try {
    function(&op);
    return 0;
  } catch (const std::exception& error) {
    ask(channel, error.what(), &answer);
  } catch (const char* words) {
    ask(channel, words, &answer);
  }
  return 1;
}
)";

std::string_view real_abi() {
  for (const auto& file : script::detail::embedded_headers()) {
    if (file.path == "migrate/schema/module/abi.h") return file.text;
  }
  return {};
}

}  // namespace

script::detail::SourceTree small_tree() {
  static const std::vector<script::BuiltinFile> files{{"migrate/op.hpp", k_op},
                                                      {"migrate/schema/module/abi.h", real_abi()},
                                                      {"migrate/schema/module/support.cpp", k_support}};
  return files;
}

CppProject::CppProject(const std::string& compiler) {
  options.project_dir = dir_.path() / "project";
  options.cache_dir = dir_.path() / "the cache";
  options.jobs = 2;
  const auto tool = dir_.write("counting", fmt::format("#!/bin/sh\necho start >> '{}/starts'\nexec {} \"$@\"\n",
                                                       dir_.path().string(), compiler));
  fs::permissions(tool, fs::perms::owner_all);
  options.compiler = tool.string();
}

script::Revision CppProject::file(const std::string& id, std::string_view text) const {
  script::Revision revision;
  revision.id = id;
  revision.type = script::RevisionType::cpp;
  revision.path = dir_.write("project/versions/" + id + ".cpp", text);
  return revision;
}

script::Revision CppProject::revision(const std::string& id, std::string_view body) const {
  return file(id, fmt::format("// {0}\n//\n// revision: {0}\n#include <migrate/op.hpp>\n{1}\n", id, body));
}

script::Revision CppProject::plain_revision(const std::string& id) const {
  return revision(id, fmt::format("void upgrade(migrate::Operations& op) {{ op.execute(\"{}\"); }}", id));
}

script::BuildReport CppProject::build(const std::vector<script::Revision>& revisions,
                                      const script::BuildEvents& events) const {
  return script::detail::CppBuilder(small_tree(), options, environment).build(revisions, events);
}

std::size_t CppProject::starts() const {
  if (!fs::exists(dir_.path() / "starts")) return 0;
  const auto text = dir_.read("starts");
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

script::ModuleSet CppProject::modules(const script::BuildReport& report) {
  script::ModuleSet set;
  set.support.path = report.support;
  for (const auto& module : report.modules) {
    set.revisions.push_back({.revision = module.revision,
                             .path = module.module,
                             .source = fs::path("versions") / module.source.filename()});
  }
  return set;
}

std::vector<fs::path> CppProject::cached(std::string_view folder) const {
  std::vector<fs::path> files;
  if (!fs::exists(options.cache_dir / folder)) return files;
  for (const auto& entry : fs::directory_iterator(options.cache_dir / folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace migrate::test
