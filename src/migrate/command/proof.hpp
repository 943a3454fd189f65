#pragma once
#include <vector>

#include "migrate/command/comparison.hpp"
#include "migrate/command/context.hpp"

namespace migrate::command {

/// A generated plan does not do what it is to do (exit code 1). Nothing was written.
class ProofError : public base::Error {
 public:
  using Error::Error;
};

/// One revision to be written: each of its two ways in a transaction, or statement by statement.
struct GeneratedRevision {
  schema::Group upgrade{};
  schema::Group downgrade{};
};

/// The plan as one revision for each group, run on a scratch copy of the old schema: the upgrade has to give the new
/// one, and the downgrade, which is planned from what each group was seen to do, the old one. `live`: the old schema is
/// that of the project's database, which pg_dump can copy where our own dump leaves something out. Throws ProofError
/// with the statement that failed, or what was left over.
std::vector<GeneratedRevision> prove(const Context& context, SchemaReader& reader, const Comparison& pair,
                                     const schema::PlanOptions& options, bool live);

/// The same unproven. Since nobody knows where the schema stands between two groups, it is one revision.
std::vector<GeneratedRevision> unproven(const Comparison& pair, const schema::PlanOptions& options);

}  // namespace migrate::command
