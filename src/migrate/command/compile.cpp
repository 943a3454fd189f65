#include "migrate/command/compile.hpp"

#include "migrate/base/clock.hpp"

namespace migrate::command {

script::BuildReport compile(const Context& context, std::span<const script::Revision> revisions,
                            const CompileEvents& events) {
  auto options = context.config.cpp;
  options.interrupt_fd = context.interrupt_fd;
  std::size_t to_compile = 0;
  const base::Stopwatch watch;
  script::BuildEvents inner;
  inner.on_start = [&](std::size_t count) {
    to_compile = count;
    if (count != 0 && events.on_start) events.on_start(count);
  };
  inner.on_built = [&](const script::BuiltModule& module) {
    if (!module.cached && events.on_compiled) events.on_compiled(module);
  };
  auto report = script::build_revisions(revisions, options, context.environment, inner);
  if (to_compile != 0 && events.on_done) events.on_done(to_compile, watch.milliseconds() / 1000);
  return report;
}

}  // namespace migrate::command
