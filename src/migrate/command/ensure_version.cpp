#include "migrate/command/ensure_version.hpp"

namespace migrate::command {

EnsureVersionReport ensure_version(const Context& context, bool sql) {
  EnsureVersionReport report;
  if (sql) {
    const runtime::VersionTable table(context.config.version_table_schema, context.config.version_table, false);
    report.table = table.qualified_name();
    report.script = table.create_statement(true) + ";\n";
    return report;
  }
  Database database(context);
  report.table = database.version_table().qualified_name();
  report.created = !database.version_table().exists();
  if (report.created) database.connection().execute(database.version_table().create_statement(true));
  return report;
}

}  // namespace migrate::command
