#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <algorithm>
#include <catch2/catch.hpp>

#include "support/case_accounts.hpp"
#include "support/test_server.hpp"

// Holds every case of the engine to giving back what it took: descriptors here, sessions at the server.

namespace {

class CaseAccountant : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    if (std::ranges::find(info.lcaseTags, "engine") == info.lcaseTags.end()) return;
    // What the server of all cases keeps open is not the first one's.
    (void)migrate::test::test_server_url();
    migrate::test::CaseAccounts::of_process().open(info.name);
  }
  void testCaseEnded(const Catch::TestCaseStats& /*stats*/) override {
    migrate::test::CaseAccounts::of_process().close();
  }
};

CATCH_REGISTER_LISTENER(CaseAccountant)

}  // namespace
