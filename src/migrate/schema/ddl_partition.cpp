#include <fmt/format.h>

#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

std::string parent_name(std::string_view parent, std::string_view parent_schema, std::string_view schema) {
  return qualified(parent_schema.empty() ? schema : parent_schema, parent, "the parent table");
}

}  // namespace

Statements ddl(const CreatePartition& operation) {
  const PartitionOptions& options = operation.options;
  std::string text = fmt::format("CREATE TABLE {}{} PARTITION OF {} {}", options.if_not_exists ? "IF NOT EXISTS " : "",
                                 qualified(options.schema, operation.name, "the partition"),
                                 parent_name(operation.parent, options.parent_schema, options.schema),
                                 fragment(operation.bound.sql, "the bound"));
  if (!options.partition_by.empty()) text += " PARTITION BY " + fragment(options.partition_by, "partition_by");
  return {text + named_clause("TABLESPACE", options.tablespace, "the tablespace")};
}

Statements ddl(const AttachPartition& operation) {
  const PartitionOptions& options = operation.options;
  if (!options.partition_by.empty() || options.if_not_exists || !options.tablespace.empty()) {
    refuse("partition_by, if_not_exists or tablespace is given", "They are for create_partition: this table exists.");
  }
  return {fmt::format(
      "ALTER TABLE {} ATTACH PARTITION {} {}", parent_name(operation.parent, options.parent_schema, options.schema),
      qualified(options.schema, operation.name, "the partition"), fragment(operation.bound.sql, "the bound"))};
}

Statements ddl(const DetachPartition& operation) {
  const DetachOptions& options = operation.options;
  if (options.concurrently && options.finalize) {
    refuse("concurrently and finalize are given", "finalize ends a concurrent detach that was broken off.");
  }
  return {fmt::format("ALTER TABLE {} DETACH PARTITION {}{}",
                      parent_name(operation.parent, options.parent_schema, options.schema),
                      qualified(options.schema, operation.name, "the partition"),
                      options.concurrently ? " CONCURRENTLY"
                      : options.finalize   ? " FINALIZE"
                                           : "")};
}

}  // namespace migrate::schema::detail
