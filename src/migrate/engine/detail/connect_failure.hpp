#pragma once
#include <string>
#include <string_view>

namespace migrate::engine::detail {

/// Why an attempt to connect failed, for people and for the retry.
struct ConnectFailure {
  std::string message;  ///< clean sentence; of several hosts one after the other
  std::string hint;
  std::string sqlstate;  ///< empty when no server said anything
  bool transient = false;
};

/// Reads libpq's verbose text of a failed connect, which may speak of several hosts. `needs_password`: the server asked
/// for one and there was none.
ConnectFailure explain_connect_failure(std::string_view text, bool needs_password);

}  // namespace migrate::engine::detail
