#pragma once
#include <chrono>

namespace migrate::engine {

/// What is done to a session before the next user gets it. A connection of which this cannot be done is closed.
enum class ResetPolicy {
  rollback,  ///< an open transaction is rolled back; settings, locks, LISTEN and temporary objects stay
  clean,     ///< and what the session is known to have left is undone: one round trip, none when it left nothing
  discard,   ///< and DISCARD ALL, always
  custom     ///< PoolHooks::reset does all of it, except that what it leaves open is rolled back
};

/// SQLAlchemy's pool options under their own names, and what research on other pools added. Nothing runs in the
/// background unless an option marked (upkeep) asks for it; then a pool keeps one thread for all of them.
struct PoolOptions {
  int pool_size = 5;                              ///< idle connections kept; 0 = no limit
  int max_overflow = 10;                          ///< further connections under load; -1 = no limit
  std::chrono::milliseconds pool_timeout{30000};  ///< one deadline over wait, connect, hooks and probe
  bool pool_pre_ping = true;
  std::chrono::seconds pool_recycle{3600};          ///< greatest age, less up to a tenth at random; -1 = never
  std::chrono::milliseconds ping_after_idle{1000};  ///< below it the passive probe is enough
  std::chrono::milliseconds ping_timeout{2000};     ///< a ping that takes longer has failed

  bool lifo = true;        ///< the connection returned last is lent first; false: the one idle for longest
  int max_waiters = 0;     ///< callers in the queue at most, the next fails at once; 0 = no limit
  int max_connecting = 0;  ///< connects in flight at most, further callers queue; 0 = no limit
  ResetPolicy reset = ResetPolicy::rollback;
  /// (upkeep) How long connections beyond pool_size stay idle for the next burst; 0 = closed on return.
  std::chrono::milliseconds overflow_linger{0};
  std::chrono::milliseconds idle_timeout{-1};  ///< (upkeep) idle for longer, and beyond min_idle: closed; -1 = never
  int min_idle = 0;                            ///< (upkeep) idle connections held ready, within pool_size
  /// (upkeep) Idle connections not heard from for longer, less up to a tenth at random, are pinged, one at a time: a
  /// firewall that forgets silent lines does not forget them, and the dead are found before a caller is. -1 = never.
  std::chrono::milliseconds keepalive{-1};
  std::chrono::milliseconds leak_threshold{0};  ///< (upkeep) leases older than this are reported, once; 0 = never
  /// Connects run on a short-lived thread of their own: one that outlasts its caller's deadline goes on, and serves the
  /// next caller. A caller takes what is ready first, its own connection or a returned one.
  bool background_connect = false;
  bool operator==(const PoolOptions&) const = default;
};

/// Whether one of the options marked (upkeep) is on.
[[nodiscard]] constexpr bool wants_upkeep(const PoolOptions& options) noexcept {
  using std::chrono::milliseconds;
  return options.overflow_linger > milliseconds(0) || options.idle_timeout >= milliseconds(0) || options.min_idle > 0 ||
         options.keepalive > milliseconds(0) || options.leak_threshold > milliseconds(0);
}

}  // namespace migrate::engine
