#pragma once
#include <filesystem>
#include <span>
#include <vector>

#include "migrate/command/compile.hpp"
#include "migrate/command/schema_files.hpp"

namespace migrate::command {

/// A part of the desired schema that is written in C++.
bool is_model(const std::filesystem::path& path);

/// The files of the desired schema with what is written in C++ turned into SQL: compiled and run as C++ revisions are,
/// all at once, in a process of their own. Errors in that SQL name the line of the model. Throws as read_schema_files()
/// does, script::CompileError, script::NoCompilerError, and SchemaError for a model that throws or cannot be loaded.
std::vector<SchemaFile> load_schema_files(const Context& context, std::span<const std::filesystem::path> targets,
                                          const CompileEvents& events = {});

}  // namespace migrate::command
