-- add content length to messages
--
-- revision: 4c1d8f60a2e7
-- down_revision: b03417887b93
-- branch_labels:
-- depends_on:
-- created: 2026-11-21 10:00:00+00:00

-- migrate:upgrade
ALTER TABLE messages ADD COLUMN content_length integer;
UPDATE messages SET content_length = char_length(content);
ALTER TABLE messages ALTER COLUMN content_length SET NOT NULL;
COMMENT ON COLUMN messages.content_length IS 'in characters';

-- For the history of one user without the deleted messages, oldest first.
CREATE INDEX ix_messages_user_deleted_created ON messages (user_id, deleted_at, created_at);
CREATE INDEX ix_users_id ON users (id);

-- migrate:downgrade
DROP INDEX ix_users_id;
DROP INDEX ix_messages_user_deleted_created;
ALTER TABLE messages DROP COLUMN content_length;
