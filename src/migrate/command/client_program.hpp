#pragma once
#include <optional>
#include <string>

#include "migrate/base/process.hpp"
#include "migrate/command/context.hpp"

namespace migrate::command {

/// The URL for the command line of psql or pg_dump, without a password, which goes into the environment of `options`.
/// Nothing when the URL holds sslpassword: there is no other way to hand that over. Throws what the source of the
/// password does.
std::optional<std::string> client_url(const Context& context, base::ProcessOptions& options);

}  // namespace migrate::command
