#pragma once
#include <cstddef>
#include <optional>

#include "migrate/engine/error.hpp"
#include "migrate/runtime/journal.hpp"
#include "migrate/runtime/message.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/version_table.hpp"

namespace migrate::runtime {

/// Writes the row changes of a run's steps into their messages, guarded, and the journal's rows with them. In a long
/// run the usual change, one row that becomes another, is prepared on the server once: planning it anew for every step
/// takes longer than making it.
class RowChanges {
 public:
  /// `steps`: how many the run has.
  explicit RowChanges(std::size_t steps);

  /// `entry`: what the journal is to say. `bare_session`: nothing in the message before this may have taken prepared
  /// statements away.
  void add(Message& message, const VersionTable& table, const Journal& journal, const PreparedStep& step,
           const JournalEntry& entry, bool bare_session);
  /// The message went through; `deallocated`: it ended with DEALLOCATE ALL.
  void sent(bool deallocated) noexcept;
  /// The message failed, for this reason. True when that is because the prepared statement was not what was left there,
  /// as behind a pooler that deals out sessions anew: sent again, the step does without.
  [[nodiscard]] bool failed(const std::optional<engine::ErrorFields>& reason);

 private:
  enum class Prepared { no, under_way, yes, never };

  Prepared prepared_;
  bool executed_ = false;  ///< by the message under way
};

}  // namespace migrate::runtime
