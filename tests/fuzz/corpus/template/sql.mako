-- ${message}
--
-- revision: ${up_revision}
-- down_revision: ${down_revision | comma,n}
-- branch_labels: ${branch_labels | comma,n}
-- depends_on: ${depends_on | comma,n}
-- created: ${create_date}

-- migrate:upgrade
% if upgrades:
${upgrades.rstrip()}
% endif

-- migrate:downgrade
% if downgrades:
${downgrades.rstrip()}
% endif
