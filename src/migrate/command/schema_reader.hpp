#pragma once
#include <memory>
#include <mutex>
#include <string>

#include "migrate/catalog/read_model.hpp"
#include "migrate/command/context.hpp"
#include "migrate/command/schema_source.hpp"
#include "migrate/command/scratch_database.hpp"
#include "migrate/schema/model.hpp"

namespace migrate::command {

/// Reads schemas wherever they come from, all with the same reader and by the project's settings. May be used from
/// several threads at once.
class SchemaReader {
 public:
  /// The context must outlive it.
  explicit SchemaReader(const Context& context);

  /// Throws SchemaError, engine::DatabaseError, server::ServerError, and for revisions what replay_revisions() throws.
  schema::Model read(const SchemaSource& source);
  schema::Model read(engine::Connection& connection) const;
  /// What a database has that was made from this SQL; `name` stands for it in messages. Throws SchemaError.
  schema::Model read_script(const std::string& name, const std::string& sql);

  /// Where databases for a moment are made; started at the first call.
  const ScratchServer& scratch();

 private:
  const Context& context_;
  catalog::ReadOptions options_;
  std::once_flag started_;
  std::unique_ptr<ScratchServer> scratch_;
};

}  // namespace migrate::command
