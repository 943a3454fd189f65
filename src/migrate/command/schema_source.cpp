#include "migrate/command/schema_source.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/engine/url.hpp"

namespace migrate::command {

namespace fs = std::filesystem;

SchemaSource target_source(const Context& context) {
  SchemaSource source{SchemaSource::Kind::files, {}, {}};
  for (const auto& target : context.config.autogenerate.target) {
    source.files.push_back((context.config.directory / target).lexically_normal());
  }
  return source;
}

SchemaSource parse_schema_source(const Context& context, std::string_view word) {
  using Kind = SchemaSource::Kind;
  if (word == "database") return {Kind::database, {}, {}};
  if (word == "revisions") return {Kind::revisions, {}, {}};
  if (word == "target") return target_source(context);
  if (word.find("://") != std::string_view::npos) return {Kind::url, {}, std::string(word)};
  std::error_code ignored;
  if (!fs::exists(fs::path(word), ignored)) {
    throw UsageError(fmt::format("there is no schema \"{}\": no such file or directory", word),
                     "Say database, revisions, target (autogenerate.target), a URL, or the path of a file or directory "
                     "of SQL.");
  }
  return {Kind::files, {fs::path(word)}, {}};
}

std::string describe(const Context& context, const SchemaSource& source) {
  switch (source.kind) {
    case SchemaSource::Kind::database:
      return "the database";
    case SchemaSource::Kind::url:
      return engine::Url::parse(source.url).to_string(engine::Password::hidden);
    case SchemaSource::Kind::revisions:
      return "the revisions";
    case SchemaSource::Kind::files:
      break;
  }
  std::vector<std::string> names;
  for (const auto& file : source.files) {
    const auto relative = file.lexically_relative(context.config.directory);
    const bool below = file.is_absolute() && !relative.empty() && *relative.begin() != "..";
    names.push_back((below ? relative : file).string());
  }
  return base::join(names, ", ");
}

}  // namespace migrate::command
