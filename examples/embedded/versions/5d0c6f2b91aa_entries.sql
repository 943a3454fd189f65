-- entries
--
-- revision: 5d0c6f2b91aa
-- down_revision:
-- created: 2026-11-21 10:00:00+00:00

-- migrate:upgrade
CREATE TABLE entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guest text NOT NULL,
    words text NOT NULL
);

-- migrate:downgrade
DROP TABLE entries;
