#pragma once
#include <string_view>

#include "migrate/engine/session_marks.hpp"

namespace migrate::engine::detail {

/// Adds what `sql`, one statement or several, may leave in the session. Words inside literals and comments count too:
/// a mark too many costs a reset, one too few a surprise.
void watch_statements(std::string_view sql, SessionMarks& marks);

/// Takes away what a statement that succeeded with this tag has cleared. True: prepared statements are gone as well.
bool watch_tag(std::string_view tag, SessionMarks& marks);

}  // namespace migrate::engine::detail
