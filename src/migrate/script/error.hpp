#pragma once
#include <string>

#include "migrate/base/error.hpp"

namespace migrate::script {

/// A revision file, or the set of them, is not right: bad header, duplicate id, missing parent, cycle … The message
/// starts with "file:line: " where there is one. Nothing was run.
class RevisionError : public base::Error {
 public:
  using Error::Error;
};

/// What kept a revision identifier from naming something. The words are those of the acceptance cases.
enum class ResolutionFault {
  unknown_revision,
  ambiguous_prefix,
  not_in_branch,
  multiple_heads,
  ambiguous_walk,
  ambiguous_current,
  relative_out_of_range,
  not_on_path,
  overlapping_revisions,
  range_not_allowed,
};

/// An identifier or target cannot be resolved. Nothing was run.
class ResolutionError : public base::Error {
 public:
  ResolutionError(ResolutionFault fault, const std::string& message, std::string hint = {})
      : Error(message, std::move(hint)), fault_(fault) {}
  [[nodiscard]] ResolutionFault fault() const noexcept { return fault_; }

 private:
  ResolutionFault fault_;
};

/// The version table names a revision that these files do not have: the database is ahead of this checkout.
class DatabaseAheadError : public base::Error {
 public:
  using Error::Error;
};

/// A downgrade would have to pass a revision without a downgrade section. Nothing was run.
class IrreversibleError : public base::Error {
 public:
  using Error::Error;
};

/// The user interrupted a compiler or a running revision.
class Interrupted : public base::Error {
 public:
  using Error::Error;
};

}  // namespace migrate::script
