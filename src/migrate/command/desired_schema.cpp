#include "migrate/command/desired_schema.hpp"

#include "migrate/command/load_schema.hpp"
#include "migrate/command/models.hpp"
#include "migrate/command/schema_files.hpp"

namespace migrate::command {
namespace {

schema::Model build(const ScratchServer& server, std::span<const SchemaFile> files,
                    const catalog::ReadOptions& options) {
  ScratchDatabase database(server);
  auto connection = database.connect();
  database.owns_roles(load_schema(connection, files));
  return catalog::read_model(connection, options);
}

}  // namespace

catalog::ReadOptions read_options(const Config& config) {
  catalog::ReadOptions options;
  options.schemas = config.autogenerate.include_schemas;
  options.exclude = config.autogenerate.exclude;
  options.acl = config.autogenerate.grants;
  for (const char* suffix : {"", "_log", "_backfill"}) {
    options.own_tables.push_back({config.version_table_schema, config.version_table + suffix});
  }
  return options;
}

ScratchPlace scratch_place(const Context& context) {
  ScratchPlace place;
  place.dev_url = context.config.autogenerate.dev_url;
  place.warm_directory = server::warm_directory(context.environment);
  place.hooks = {.log = context.log, .on_notice = {}, .interrupt_fd = context.interrupt_fd};
  return place;
}

schema::Model desired_schema(const Context& context, const ScratchServer& server,
                             std::span<const std::filesystem::path> targets, const catalog::ReadOptions& options) {
  return build(server, load_schema_files(context, targets), options);
}

schema::Model desired_schema(const ScratchServer& server, std::span<const std::filesystem::path> targets,
                             const catalog::ReadOptions& options) {
  return build(server, read_schema_files(targets), options);
}

}  // namespace migrate::command
