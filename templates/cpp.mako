// ${message}
//
// revision: ${up_revision}
// down_revision: ${down_revision | comma,n}
// branch_labels: ${branch_labels | comma,n}
// depends_on: ${depends_on | comma,n}
// created: ${create_date}

#include <migrate/op.hpp>

using namespace migrate;

void upgrade(Operations& op) {
% if upgrades:
${upgrades.rstrip()}
% endif
}

// Undoes upgrade(). Without this function the revision cannot be undone.
void downgrade(Operations& op) {
% if downgrades:
${downgrades.rstrip()}
% endif
}
