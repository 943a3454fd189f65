#pragma once
#include <string>

#include "migrate/cli/session.hpp"

namespace CLI {
class App;
}

/// One function per verb: declares its words and options on the parser, and stores the session's action when it is
/// named.
namespace migrate::cli {

void add_init(CLI::App& app, Session& session);
void add_list_templates(CLI::App& app, Session& session);
void add_revision(CLI::App& app, Session& session);
void add_merge(CLI::App& app, Session& session);
void add_edit(CLI::App& app, Session& session);
void add_plan(CLI::App& app, Session& session);
void add_upgrade(CLI::App& app, Session& session);
void add_downgrade(CLI::App& app, Session& session);
void add_stamp(CLI::App& app, Session& session);
void add_ensure_version(CLI::App& app, Session& session);
void add_current(CLI::App& app, Session& session);
void add_heads(CLI::App& app, Session& session);
void add_branches(CLI::App& app, Session& session);
void add_history(CLI::App& app, Session& session);
void add_show(CLI::App& app, Session& session);
void add_config(CLI::App& app, Session& session);
void add_accept(CLI::App& app, Session& session);
void add_log(CLI::App& app, Session& session);
void add_status(CLI::App& app, Session& session);
void add_check(CLI::App& app, Session& session);
void add_diff(CLI::App& app, Session& session);
void add_dump(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_wait(CLI::App& app, Session& session);
void add_rebase(CLI::App& app, Session& session);
void add_build(CLI::App& app, Session& session);
void add_db(CLI::App& app, Session& session);
void add_bundle(CLI::App& app, Session& session);

/// Throws UsageError when this program is a bundle and the command that was named needs a project's files.
void refuse_without_files(const CLI::App& app, const Session& session);
/// What --version prints; of a bundle also what is inside.
std::string version_text(const Session& session);

}  // namespace migrate::cli
