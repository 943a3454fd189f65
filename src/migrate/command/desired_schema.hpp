#pragma once
#include <filesystem>
#include <span>

#include "migrate/catalog/read_model.hpp"
#include "migrate/command/context.hpp"
#include "migrate/command/scratch_database.hpp"
#include "migrate/schema/model.hpp"

namespace migrate::command {

/// What of a database the project's settings want compared: schemas, exclusions, privileges; its own tables left out.
catalog::ReadOptions read_options(const Config& config);

/// Where the project's settings want databases for a moment to be made.
ScratchPlace scratch_place(const Context& context);

/// What the files describe, models in C++ among them. Throws as load_schema_files() and the other one do.
schema::Model desired_schema(const Context& context, const ScratchServer& server,
                             std::span<const std::filesystem::path> targets, const catalog::ReadOptions& options);
/// What files of SQL describe, as the server sees it: they are run on a database of their own, which is read and
/// dropped. Throws SchemaError, engine::DatabaseError.
schema::Model desired_schema(const ScratchServer& server, std::span<const std::filesystem::path> targets,
                             const catalog::ReadOptions& options);

}  // namespace migrate::command
