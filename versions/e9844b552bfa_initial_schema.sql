-- initial schema
--
-- revision: e9844b552bfa
-- down_revision:
-- branch_labels:
-- depends_on:
-- created: 2026-11-07 09:00:00+00:00

-- migrate:upgrade
-- Times are UTC without saying so: that is why the defaults do not take now() as it is, which would be the clock of
-- whichever time zone the session has.
CREATE TABLE users (
    id bigint PRIMARY KEY,
    created_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    updated_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);

CREATE TABLE messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id bigint NOT NULL CONSTRAINT fk_messages_user REFERENCES users (id),
    role varchar NOT NULL,
    content text NOT NULL,
    created_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    deleted_at timestamp
);
COMMENT ON COLUMN messages.role IS 'system, user or assistant';
COMMENT ON COLUMN messages.deleted_at IS 'set instead of deleting the row';

CREATE TABLE user_settings (
    user_id bigint PRIMARY KEY CONSTRAINT fk_user_settings_user REFERENCES users (id),
    max_history_messages integer NOT NULL,
    system_prompt text,
    created_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    updated_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);

-- migrate:downgrade
DROP TABLE user_settings;
DROP TABLE messages;
DROP TABLE users;
