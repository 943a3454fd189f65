#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/command/edited.hpp"
#include "migrate/command/failure.hpp"

namespace migrate::command {

enum class Level { error, warning, note };

/// One thing that is wrong, as programs that collect such things want it. Empty text: does not apply.
struct Finding {
  std::string rule;  ///< a name that stays: "revision-failed"; see describe_rule()
  Level level = Level::error;
  std::string message;
  std::string file{};
  std::size_t line = 0;    ///< from 1; 0: not known
  std::size_t column = 0;  ///< from 1, in characters; 0: not known
  std::string revision{};  ///< the id of the revision it is about
  std::string detail{};    ///< statement, what the server added, state of the database
  std::string hint{};      ///< what to do next
  bool operator==(const Finding&) const = default;
};

/// What a rule stands for, in a sentence without a full stop; the rule itself for one that is not in the list.
std::string describe_rule(std::string_view rule);

/// "versions/ab_x.sql:12:3: text" taken apart. Only files that a project consists of are recognised.
struct FilePlace {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t size = 0;  ///< how much of the text it takes, with ": " behind it
};
std::optional<FilePlace> place_at_start(std::string_view text);

/// A failure as findings: one, or one for each line that begins with a place of its own.
std::vector<Finding> findings_of(const Failure& failure);
/// A warning as it is told on stderr.
Finding warning_finding(const std::string& text);
Finding edited_finding(const EditedRevision& edited);

}  // namespace migrate::command
