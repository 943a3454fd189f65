#pragma once
#include <string>
#include <vector>

#include "migrate/command/new_file.hpp"
#include "migrate/command/proof.hpp"

namespace migrate::command {

struct AutogenerateRequest {
  bool from_revisions = false;  ///< start from what the revisions build; no database is asked
  bool proof = true;            ///< run the plan on a scratch copy before anything is written
};

/// What there is to write.
struct Generated {
  std::vector<GeneratedRevision> revisions{};  ///< each builds on the one before; empty: nothing to do
  std::vector<schema::Suggestion> suggestions{};
  std::vector<std::string> warnings{};
};

/// Plans the way from the database to autogenerate.target and back. Throws NotUpToDateError, ProofError, SchemaError …
Generated autogenerate(const Context& context, const AutogenerateRequest& request);

/// Fills in the bodies of a file to be written.
void fill_body(NewFile& file, const GeneratedRevision& revision, const std::vector<schema::Suggestion>& suggestions);

}  // namespace migrate::command
