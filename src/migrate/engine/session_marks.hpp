#pragma once

namespace migrate::engine {

/// What a session may have been left with, as far as its statements' words tell. Errs towards true: a mark stays when
/// the statement failed or was rolled back. What functions of the server do inside is not seen.
struct SessionMarks {
  bool settings = false;       ///< SET (not SET LOCAL), set_config, or a DO block that may hold one
  bool listening = false;      ///< LISTEN
  bool temporary = false;      ///< a temporary table, view or sequence
  bool advisory_lock = false;  ///< pg_advisory_lock and its kin of the session
  bool prepared = false;       ///< PREPARE in SQL; the engine's own prepared statements do not count
  bool cursors = false;        ///< DECLARE … WITH HOLD

  [[nodiscard]] bool any() const noexcept {
    return settings || listening || temporary || advisory_lock || prepared || cursors;
  }
  bool operator==(const SessionMarks&) const = default;
};

}  // namespace migrate::engine
