#pragma once
#include <string>
#include <string_view>

#include "migrate/schema/operation.hpp"

/// What operations are called in messages.
namespace migrate::schema::detail {

/// The word of the revision that asked for it: "create_index".
std::string_view operation_name(const CreateTable& operation);
std::string_view operation_name(const SetParameters& operation);
std::string_view operation_name(const ResetParameters& operation);
std::string_view operation_name(const AddColumn& operation);
std::string_view operation_name(const DropColumn& operation);
std::string_view operation_name(const AlterColumn& operation);
std::string_view operation_name(const CreateIndex& operation);
std::string_view operation_name(const DropIndex& operation);
std::string_view operation_name(const AddConstraint& operation);
std::string_view operation_name(const DropConstraint& operation);
std::string_view operation_name(const ValidateConstraint& operation);
std::string_view operation_name(const CreatePartition& operation);
std::string_view operation_name(const AttachPartition& operation);
std::string_view operation_name(const DetachPartition& operation);
std::string_view operation_name(const DropObject& operation);
std::string_view operation_name(const RenameObject& operation);
std::string_view operation_name(const CommentOn& operation);
std::string_view operation_name(const SetSchema& operation);
std::string_view operation_name(const SetOwner& operation);
std::string_view operation_name(const CreateSchema& operation);
std::string_view operation_name(const CreateExtension& operation);
std::string_view operation_name(const UpdateExtension& operation);
std::string_view operation_name(const CreateEnum& operation);
std::string_view operation_name(const AddEnumValue& operation);
std::string_view operation_name(const RenameEnumValue& operation);
std::string_view operation_name(const CreateDomain& operation);
std::string_view operation_name(const CreateCompositeType& operation);
std::string_view operation_name(const CreateSequence& operation);
std::string_view operation_name(const AlterSequence& operation);
std::string_view operation_name(const CreateView& operation);
std::string_view operation_name(const CreateMaterializedView& operation);
std::string_view operation_name(const RefreshMaterializedView& operation);
std::string_view operation_name(const CreateRoutine& operation);
std::string_view operation_name(const CreateTrigger& operation);
std::string_view operation_name(const SetTrigger& operation);
std::string_view operation_name(const CreatePolicy& operation);
std::string_view operation_name(const AlterPolicy& operation);
std::string_view operation_name(const SetRowSecurity& operation);
std::string_view operation_name(const Grant& operation);
std::string_view operation_name(const Revoke& operation);
std::string_view operation_name(const CreateStatistics& operation);
std::string_view operation_name(const Execute& operation);
std::string_view operation_name(const BulkInsert& operation);
std::string_view operation_name(const BeginAutocommit& operation);
std::string_view operation_name(const EndAutocommit& operation);

/// The name it makes or changes, else its table; may be empty.
std::string subject_of(const Operation& operation);

}  // namespace migrate::schema::detail
