#pragma once
#include "migrate/op.hpp"
#include "migrate/schema/metadata.hpp"

/// What a file of the desired schema includes when it is written in C++ (autogenerate.target, models/*.cpp):
///
///     #include <migrate/models.hpp>
///     using namespace migrate;
///     void metadata(MetaData& metadata) {
///       metadata.table("users", column("id", BigInteger{}, primary_key), column("email", Text{}, not_null),
///                      unique_constraint("uq_users_email", {"email"}));
///     }
///
/// migrate compiles and loads such a file as it does a revision, runs it on a scratch database and reads that. One file
/// of its own each: what several share goes into a header.
void metadata(migrate::MetaData& metadata);

// Not inline: migrate looks for it by its name.
void upgrade(migrate::Operations& op) {
  migrate::MetaData all(op);
  ::metadata(all);
}
