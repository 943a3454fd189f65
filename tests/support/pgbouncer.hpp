#pragma once
#include <sys/types.h>

#include "migrate/engine/url.hpp"
#include "support/temp_dir.hpp"

namespace migrate::test {

/// PgBouncer in front of a server, over a Unix socket. Ended with the scope.
class PgBouncer {
 public:
  enum class Mode { transaction, session };

  /// `sessions`: connections to the server. Throws base::Error when it does not come up.
  explicit PgBouncer(const engine::Url& server, Mode mode = Mode::transaction, int sessions = 2);
  ~PgBouncer();
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;

  /// The server's URL by way of the pooler.
  [[nodiscard]] const engine::Url& url() const noexcept { return url_; }

 private:
  TempDir directory_;
  engine::Url url_;
  pid_t process_ = -1;
};

}  // namespace migrate::test
