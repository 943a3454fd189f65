#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/runtime/prepared_step.hpp"

namespace migrate::runtime {

/// What a hook is told of a step.
struct HookValues {
  std::string revision;   ///< whose script ran; of a stamp, the row that was set or taken away
  std::string direction;  ///< upgrade, downgrade or stamp
  std::string heads;      ///< the version rows after the step, comma separated
  std::string title;      ///< first line of the revision's message
};

HookValues hook_values(const PreparedStep& step);

/// Names of the values, as hooks write them, and how to get at them.
struct HookName {
  std::string_view name;
  std::string HookValues::*value;
};
const std::vector<HookName>& hook_names();

/// SQL that runs inside a step's transaction; `:'revision'` and the like stand for quoted literals.
class HookSql {
 public:
  /// Throws base::Error for text that cannot be cut into statements or holds none, for an unknown name, COPY FROM
  /// stdin, and statements that begin or end a transaction or cannot run inside one.
  explicit HookSql(std::string_view text);

  /// The statements with the values put in.
  [[nodiscard]] std::vector<std::string> statements(const HookValues& values) const;

 private:
  std::vector<std::string> statements_;
};

}  // namespace migrate::runtime
