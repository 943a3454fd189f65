#include "migrate/schema/detail/operation_names.hpp"

namespace migrate::schema::detail {

std::string_view operation_name(const SetParameters&) {
  return "set_storage_parameters";
}
std::string_view operation_name(const CreateTable&) {
  return "create_table";
}
std::string_view operation_name(const ResetParameters&) {
  return "reset_storage_parameters";
}
std::string_view operation_name(const AddColumn&) {
  return "add_column";
}
std::string_view operation_name(const DropColumn&) {
  return "drop_column";
}
std::string_view operation_name(const AlterColumn&) {
  return "alter_column";
}
std::string_view operation_name(const CreateIndex&) {
  return "create_index";
}
std::string_view operation_name(const DropIndex&) {
  return "drop_index";
}
std::string_view operation_name(const DropConstraint&) {
  return "drop_constraint";
}
std::string_view operation_name(const ValidateConstraint&) {
  return "validate_constraint";
}
std::string_view operation_name(const CreatePartition&) {
  return "create_partition";
}
std::string_view operation_name(const AttachPartition&) {
  return "attach_partition";
}
std::string_view operation_name(const DetachPartition&) {
  return "detach_partition";
}
std::string_view operation_name(const SetSchema&) {
  return "set_schema";
}
std::string_view operation_name(const SetOwner&) {
  return "set_owner";
}
std::string_view operation_name(const CreateSchema&) {
  return "create_schema";
}
std::string_view operation_name(const CreateExtension&) {
  return "create_extension";
}
std::string_view operation_name(const UpdateExtension&) {
  return "update_extension";
}
std::string_view operation_name(const CreateEnum&) {
  return "create_enum";
}
std::string_view operation_name(const AddEnumValue&) {
  return "add_enum_value";
}
std::string_view operation_name(const RenameEnumValue&) {
  return "rename_enum_value";
}
std::string_view operation_name(const CreateDomain&) {
  return "create_domain";
}
std::string_view operation_name(const CreateCompositeType&) {
  return "create_composite_type";
}
std::string_view operation_name(const CreateSequence&) {
  return "create_sequence";
}
std::string_view operation_name(const AlterSequence&) {
  return "alter_sequence";
}
std::string_view operation_name(const CreateView&) {
  return "create_view";
}
std::string_view operation_name(const CreateMaterializedView&) {
  return "create_materialized_view";
}
std::string_view operation_name(const RefreshMaterializedView&) {
  return "refresh_materialized_view";
}
std::string_view operation_name(const CreateTrigger&) {
  return "create_trigger";
}
std::string_view operation_name(const CreatePolicy&) {
  return "create_policy";
}
std::string_view operation_name(const AlterPolicy&) {
  return "alter_policy";
}
std::string_view operation_name(const Grant&) {
  return "grant";
}
std::string_view operation_name(const Revoke&) {
  return "revoke";
}
std::string_view operation_name(const CreateStatistics&) {
  return "create_statistics";
}
std::string_view operation_name(const Execute&) {
  return "execute";
}
std::string_view operation_name(const BulkInsert&) {
  return "bulk_insert";
}
std::string_view operation_name(const BeginAutocommit&) {
  return "autocommit_block";
}
std::string_view operation_name(const EndAutocommit&) {
  return "autocommit_block";
}
std::string_view operation_name(const AddConstraint& operation) {
  switch (operation.constraint.kind) {
    case Constraint::Kind::pk:
      return "create_primary_key";
    case Constraint::Kind::uq:
      return "create_unique_constraint";
    case Constraint::Kind::fk:
      return "create_foreign_key";
    case Constraint::Kind::ex:
      return "create_exclude_constraint";
    case Constraint::Kind::ck:
      break;
  }
  return "create_check_constraint";
}
std::string_view operation_name(const CreateRoutine& operation) {
  return operation.procedure ? "create_procedure" : "create_function";
}
std::string_view operation_name(const SetTrigger& operation) {
  return operation.enabled ? "enable_trigger" : "disable_trigger";
}
std::string_view operation_name(const SetRowSecurity& operation) {
  return operation.enabled ? "enable_row_level_security" : "disable_row_level_security";
}
std::string_view operation_name(const CommentOn& operation) {
  if (operation.object.kind != ObjectKind::table) return "comment_on";
  return operation.comment ? "create_table_comment" : "drop_table_comment";
}
std::string_view operation_name(const DropObject& operation) {
  switch (operation.kind) {
    case ObjectKind::table:
      return "drop_table";
    case ObjectKind::column:
      return "drop_column";
    case ObjectKind::index:
      return "drop_index";
    case ObjectKind::constraint:
      return "drop_constraint";
    case ObjectKind::sequence:
      return "drop_sequence";
    case ObjectKind::view:
      return "drop_view";
    case ObjectKind::materialized_view:
      return "drop_materialized_view";
    case ObjectKind::schema:
      return "drop_schema";
    case ObjectKind::type:
      return "drop_type";
    case ObjectKind::domain:
      return "drop_domain";
    case ObjectKind::function:
      return "drop_function";
    case ObjectKind::procedure:
      return "drop_procedure";
    case ObjectKind::trigger:
      return "drop_trigger";
    case ObjectKind::policy:
      return "drop_policy";
    case ObjectKind::extension:
      return "drop_extension";
    case ObjectKind::statistics:
      return "drop_statistics";
    default:
      return "drop";
  }
}
std::string_view operation_name(const RenameObject& operation) {
  switch (operation.object.kind) {
    case ObjectKind::table:
      return "rename_table";
    case ObjectKind::index:
      return "rename_index";
    case ObjectKind::constraint:
      return "rename_constraint";
    case ObjectKind::sequence:
      return "rename_sequence";
    case ObjectKind::view:
      return "rename_view";
    case ObjectKind::schema:
      return "rename_schema";
    case ObjectKind::type:
      return "rename_type";
    default:
      return "rename";
  }
}

std::string subject_of(const Operation& operation) {
  return std::visit(
      [](const auto& x) -> std::string {
        if constexpr (requires { x.column.name; }) {
          return x.table + "." + x.column.name;
        } else if constexpr (requires { x.column; }) {
          return x.table + "." + x.column;
        } else if constexpr (requires { x.constraint; }) {
          return x.constraint.name.empty() ? x.table : x.constraint.name;
        } else if constexpr (requires { x.name; }) {
          if constexpr (requires { x.table; }) {
            if (x.name.empty()) return x.table;
          }
          return x.name;
        } else if constexpr (requires { x.table; }) {
          return x.table;
        } else if constexpr (requires { x.object; }) {
          return x.object.name;
        } else if constexpr (requires { x.on; }) {
          return x.on.name.empty() ? x.on.schema : x.on.name;
        } else {
          return {};
        }
      },
      operation);
}

}  // namespace migrate::schema::detail
