#include "migrate/command/cpp_loader.hpp"

#include <algorithm>

#include "migrate/command/bundled_project.hpp"

namespace migrate::command {
namespace {

using Runner = std::shared_ptr<script::ModuleRunner>;

std::vector<script::Revision> revisions_of(std::span<const runtime::CppStep> steps) {
  std::vector<script::Revision> revisions;
  for (const auto& step : steps) {
    const auto known = std::ranges::find(revisions, step.revision->id, &script::Revision::id);
    if (known == revisions.end()) revisions.push_back(*step.revision);
  }
  return revisions;
}

script::ModuleSet module_set(const script::BuildReport& built) {
  script::ModuleSet set;
  set.support = {.revision = {}, .path = built.support};
  for (const auto& module : built.modules) {
    set.revisions.push_back({.revision = module.revision, .path = module.module, .source = module.source});
  }
  return set;
}

/// A bundle's are compiled.
script::ModuleSet modules(const Context& context, const std::vector<script::Revision>& revisions,
                          const CompileEvents& events) {
  const auto& archive = context.config.archive;
  return archive ? bundled_modules(*archive, revisions) : module_set(compile(context, revisions, events));
}

/// `archive`: the modules may lie in it.
runtime::CppBody body(const Runner& runner, const std::shared_ptr<const script::Archive>& archive,
                      const runtime::CppStep& step) {
  const auto& id = step.revision->id;
  if (!runner->has(id, step.direction)) return {};
  return [archive, runner, id, direction = step.direction](std::string_view info, const script::Serve& serve) {
    return runner->run(id, direction, info, serve);
  };
}

}  // namespace

runtime::CppLoader cpp_loader(const Context& context, CompileEvents events) {
  return [&context, events = std::move(events)](std::span<const runtime::CppStep> steps) {
    const Runner runner =
        context.isolate_revisions ? script::isolated_runner(context.interrupt_fd) : script::in_process_runner();
    runner->load(modules(context, revisions_of(steps), events));
    std::vector<runtime::CppBody> bodies;
    bodies.reserve(steps.size());
    for (const auto& step : steps) bodies.push_back(body(runner, context.config.archive, step));
    return bodies;
  };
}

}  // namespace migrate::command
