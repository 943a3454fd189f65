#include "migrate/command/diff.hpp"

#include <future>

#include "migrate/command/rename_annotations.hpp"

namespace migrate::command {

DiffReport diff(const Context& context, const DiffRequest& request) {
  DiffReport report{describe(context, request.from), describe(context, request.to), {}};
  SchemaReader reader(context);
  auto to = std::async(std::launch::async, [&] { return reader.read(request.to); });
  auto from = reader.read(request.from);
  auto wanted = to.get();
  schema::PlanOptions options;
  options.online = context.config.autogenerate.online;
  options.diff.renames = renames_of(request.to, from, wanted);
  report.comparison = compare(reader, std::move(from), std::move(wanted), options, {report.from, report.to});
  return report;
}

}  // namespace migrate::command
