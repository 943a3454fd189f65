#include "migrate/command/schema_reader.hpp"

#include "migrate/command/desired_schema.hpp"
#include "migrate/command/load_schema.hpp"
#include "migrate/command/replay.hpp"

namespace migrate::command {
namespace {

engine::ConnectionConfig config_of(const Context& context, const std::string& url) {
  auto parts = context.config.engine_options;
  parts.url = engine::Url::parse(url);
  // It is for the project's own database.
  parts.password_provider.reset();
  return engine::ConnectionConfig::create(std::move(parts));
}

engine::Connection connect(const Context& context, const engine::ConnectionConfig& config) {
  return engine::Connection::connect(config,
                                     {.log = context.log, .on_notice = {}, .interrupt_fd = context.interrupt_fd});
}

}  // namespace

SchemaReader::SchemaReader(const Context& context) : context_(context), options_(read_options(context.config)) {}

const ScratchServer& SchemaReader::scratch() {
  std::call_once(started_, [this] { scratch_ = std::make_unique<ScratchServer>(scratch_place(context_)); });
  return *scratch_;
}

schema::Model SchemaReader::read(engine::Connection& connection) const {
  return catalog::read_model(connection, options_);
}

schema::Model SchemaReader::read(const SchemaSource& source) {
  switch (source.kind) {
    case SchemaSource::Kind::database: {
      auto connection = connect(context_, connection_config(context_));
      return read(connection);
    }
    case SchemaSource::Kind::url: {
      auto connection = connect(context_, config_of(context_, source.url));
      return read(connection);
    }
    case SchemaSource::Kind::revisions: {
      ScratchDatabase database(scratch());
      replay_revisions(context_, database);
      auto connection = database.connect();
      return read(connection);
    }
    case SchemaSource::Kind::files:
      break;
  }
  return desired_schema(context_, scratch(), source.files, options_);
}

schema::Model SchemaReader::read_script(const std::string& name, const std::string& sql) {
  const std::vector<SchemaFile> files{{name, sql}};
  ScratchDatabase database(scratch());
  auto connection = database.connect();
  database.owns_roles(load_schema(connection, files));
  return read(connection);
}

}  // namespace migrate::command
