#include "migrate/command/models.hpp"

#include <algorithm>
#include <optional>

#include "migrate/base/text.hpp"
#include "migrate/command/cpp_loader.hpp"
#include "migrate/runtime/cpp_script.hpp"

namespace migrate::command {
namespace {

constexpr const char* k_hint =
    "A model includes <migrate/models.hpp> and has one function, outside of any namespace: "
    "`void metadata(migrate::MetaData& metadata) { … }`; see docs/models.md.";

/// To what loads and runs it, a model is a revision.
script::Revision revision_of(const SchemaFile& file) {
  script::Revision revision;
  revision.id = file.path.string();
  revision.path = file.path;
  revision.type = script::RevisionType::cpp;
  return revision;
}

/// The words are about revisions.
[[noreturn]] void refuse(const script::RevisionError& error) {
  throw SchemaError(base::replace_all(error.what(), "the revision", "the model"), k_hint);
}

/// Statements one after the other, each with its line.
void put_sql(SchemaFile& file, const std::vector<runtime::PlacedStatement>& statements) {
  file.text.clear();
  for (const auto& statement : statements) {
    if (statement.kind != runtime::PlacedStatement::Kind::statement) continue;
    file.places.emplace_back(file.text.size(), statement.place);
    file.text += statement.sql + ";\n";
    if (statement.copy_data) file.text += *statement.copy_data + "\\.\n";
  }
}

void run_model(const Context& context, const script::Revision& revision, const runtime::CppBody& body,
               SchemaFile& file) {
  runtime::PreparedStep step;
  step.step.revision = revision.id;
  step.path = file.path;
  step.cpp_body = body;
  put_sql(file, runtime::offline_statements(step, {context.config.naming_convention, context.config.x}, {}));
}

std::vector<runtime::CppBody> load(const Context& context, const std::vector<script::Revision>& revisions,
                                   const CompileEvents& events) {
  std::vector<runtime::CppStep> steps;
  for (const auto& revision : revisions) steps.push_back({&revision, script::Direction::upgrade});
  return cpp_loader(context, events)(steps);
}

}  // namespace

bool is_model(const std::filesystem::path& path) {
  return path.extension() == ".cpp";
}

std::vector<SchemaFile> load_schema_files(const Context& context, std::span<const std::filesystem::path> targets,
                                          const CompileEvents& events) {
  auto files = read_schema_files(targets);
  std::vector<script::Revision> revisions;
  std::vector<SchemaFile*> models;
  for (auto& file : files) {
    if (!is_model(file.path)) continue;
    revisions.push_back(revision_of(file));
    models.push_back(&file);
  }
  if (models.empty()) return files;
  try {
    const auto bodies = load(context, revisions, events);
    for (std::size_t i = 0; i < models.size(); ++i) run_model(context, revisions[i], bodies.at(i), *models[i]);
  } catch (const script::CompileError&) {
    throw;
  } catch (const script::NoCompilerError&) {
    throw;
  } catch (const script::RevisionError& error) {
    refuse(error);
  }
  return files;
}

}  // namespace migrate::command
