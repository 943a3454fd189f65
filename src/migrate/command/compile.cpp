#include "migrate/command/compile.hpp"

#include "migrate/base/clock.hpp"
#include "migrate/command/compile_commands.hpp"

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
    if (count == 0) return;
    refresh_compile_commands(context);  // before the compiler: who has to mend an error looks at it in an editor
    if (events.on_start) events.on_start(count);
  };
  inner.on_built = [&](const script::BuiltModule& module) {
    if (!module.cached && events.on_compiled) events.on_compiled(module);
  };
  auto report = script::build_revisions(revisions, options, context.environment, inner);
  if (to_compile == 0) make_sure_of_compile_commands(context);
  if (to_compile != 0 && events.on_done) events.on_done(to_compile, watch.milliseconds() / 1000);
  return report;
}

}  // namespace migrate::command
