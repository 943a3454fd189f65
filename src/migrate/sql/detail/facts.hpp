#pragma once
#include <optional>

#include "migrate/sql/detail/outline.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::sql::detail {

/// Fills in kind, control, refuses_transaction and touches_session as the leading tokens tell them.
void add_facts(const Outline& outline, Statement& statement);

/// CREATE [OR REPLACE] {FUNCTION | PROCEDURE}: the only statements that may hold a BEGIN ATOMIC body.
bool creates_routine(const Outline& outline) noexcept;

/// COPY … FROM stdin (or stdout, which the server reads the same way): data lines follow the statement.
bool reads_data_lines(const Outline& outline) noexcept;

/// SET standard_conforming_strings: the value. Nothing for any other statement.
std::optional<bool> sets_standard_conforming_strings(const Outline& outline) noexcept;

}  // namespace migrate::sql::detail
