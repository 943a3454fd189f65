#pragma once
#include "migrate/schema/operations.hpp"

/// What a C++ revision includes:
///
///     #include <migrate/op.hpp>
///     using namespace migrate;
///     void upgrade(Operations& op) { op.add_column("messages", column("content_length", Integer{}, nullable)); }
///     void downgrade(Operations& op) { op.drop_column("messages", "content_length"); }
///
/// migrate compiles such a file by itself, when it is about to run. No downgrade(): the revision cannot be undone.
namespace migrate {
using namespace schema;  // NOLINT(google-build-using-namespace): these are the words of a revision
}  // namespace migrate
