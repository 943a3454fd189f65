// add content length to messages
//
// revision: 4c1d8f60a2e7
// down_revision: b03417887b93
// branch_labels:
// depends_on:
// created: 2026-11-21 10:00:00+00:00

#include <migrate/op.hpp>

using namespace migrate;

void upgrade(Operations& op) {
    op.add_column("messages", column("content_length", Integer{}, nullable, comment("in characters")));
    op.execute("UPDATE messages SET content_length = char_length(content)");
    op.alter_column("messages", "content_length", {.nullable = false});

    // For the history of one user without the deleted messages, oldest first.
    op.create_index("ix_messages_user_deleted_created", "messages", {"user_id", "deleted_at", "created_at"});
    op.create_index("ix_users_id", "users", {"id"});
}

void downgrade(Operations& op) {
    op.drop_index("ix_users_id", "users");
    op.drop_index("ix_messages_user_deleted_created", "messages");
    op.drop_column("messages", "content_length");
}
