#pragma once
#include <span>
#include <string>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/command/plan.hpp"

namespace migrate::command {

/// The database or the files are not what the plan was made for. Nothing was run.
class PlanMismatch : public base::Error {
 public:
  using Error::Error;
};

/// Throws PlanMismatch unless the database stands where the plan begins.
void require_start(const Plan& plan, const std::vector<std::string>& rows);

/// Throws PlanMismatch unless these are the plan's steps, by revision and rows.
void require_steps(const Plan& plan, std::span<const script::Step> steps);

/// Throws PlanMismatch unless what would be run now is what was planned: the content of each revision, what C++
/// revisions ask for, and where transactions begin and end. Names all that differs.
void require_content(const Plan& plan, const Plan& now);

}  // namespace migrate::command
