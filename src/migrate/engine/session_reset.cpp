#include "migrate/engine/session_reset.hpp"

#include <string_view>
#include <utility>

namespace migrate::engine {
namespace {

std::string clean_message(const SessionMarks& marks) {
  // DISCARD ALL by parts, without those that are not needed. RESET ALL leaves the role as it is.
  const std::pair<bool, std::string_view> parts[] = {
      {marks.cursors, "CLOSE ALL"},
      {marks.settings, "SET SESSION AUTHORIZATION DEFAULT; RESET ALL"},
      {marks.prepared, "DEALLOCATE ALL"},
      {marks.listening, "UNLISTEN *"},
      {marks.advisory_lock, "SELECT pg_advisory_unlock_all()"},
      {marks.temporary, "DISCARD TEMP; DISCARD SEQUENCES"},
  };
  std::string message;
  for (const auto& [wanted, words] : parts) {
    if (!wanted) continue;
    if (!message.empty()) message += "; ";
    message += words;
  }
  return message;
}

}  // namespace

std::string reset_message(ResetPolicy policy, const SessionMarks& marks) {
  switch (policy) {
    case ResetPolicy::rollback:
    case ResetPolicy::custom:
      return {};
    case ResetPolicy::clean:
      return clean_message(marks);
    case ResetPolicy::discard:
      return "DISCARD ALL";
  }
  return {};
}

}  // namespace migrate::engine
