#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/detail/parameters.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/fork_mark.hpp"

struct pg_conn;
struct pg_result;

namespace migrate::engine::detail {

/// What the socket must become before the next step is of use. done: nothing to wait for.
enum class Want { read, write, both, done };

struct ResultDeleter {
  void operator()(pg_result* result) const noexcept;
};
using RawResult = std::unique_ptr<pg_result, ResultDeleter>;
struct CopyDeleter {
  void operator()(char* line) const noexcept;
};
/// Parameters as libpq wants them: zero-terminated, null for NULL.
using Values = std::span<const char* const>;

/// One PGconn as a state machine that never waits: something is started, then step() is called each time the socket is
/// as it wanted, until it answers done. Who waits, and how, is the driver's affair, so a blocking and an asynchronous
/// one can share it. Nothing here throws for what a server does; results and usable() tell.
///
/// Used by one thread at a time. In a child of fork() the socket is the parent's: closing it there says no word to the
/// server, and usable() is false.
///
///   start_connect, step … done, connected()?
///   start, step … done, next(): a result | null: over
///     in phase copy_in: put, step … done, …, put_end      in phase copy_out: step … done, copy_line, …
class Wire {
 public:
  enum class Phase { closed, connecting, idle, busy, copy_in, copy_out };

  Wire();
  ~Wire();
  Wire(Wire&&) noexcept;
  Wire& operator=(Wire&&) noexcept;

  /// Host names are looked up here, which is the one thing that may block. Never throws for a bad host; step() tells.
  void start_connect(const ConnectWords& words);
  /// After done: whether the connection stands. Else connect_error() says why not, in libpq's verbose words.
  [[nodiscard]] bool finish_connect();
  [[nodiscard]] std::string error_text() const;
  [[nodiscard]] bool needs_password() const;
  /// `url` with what it leaves to libpq filled in: one host and port, user, database. No password.
  [[nodiscard]] Url complete(Url url) const;
  /// The host libpq is trying, or uses; "" when there is none.
  [[nodiscard]] std::string current_host() const;
  /// A parameter the server has reported, or null.
  [[nodiscard]] const char* parameter(const char* name) const noexcept;

  /// Sends one message; false: nothing was sent, see error_text() and usable().
  bool start(const std::string& sql);
  bool start(const std::string& sql, Values values);
  bool start_prepared(const std::string& name, Values values);
  /// Just after start: rows come one by one, as results of their own.
  void set_single_row() noexcept;
  /// Goes on. `readable`: the socket has something to read, as far as the driver knows.
  Want step(bool readable);
  /// The next result; null: the message is over. After step() answered done.
  RawResult next();

  /// Several messages in one flight: enter, queue …, launch, step and next as ever, leave. Null from next() then ends
  /// one message, not all. What the queue_ functions answer is as for start().
  bool enter_pipeline();
  bool queue(const std::string& sql, Values values);
  bool queue_prepare(const std::string& name, const std::string& sql);
  bool queue_prepared(const std::string& name, Values values);
  bool queue_sync();
  void launch() noexcept;
  /// False: something is still on its way, and the connection of no more use.
  bool leave_pipeline();

  /// During COPY … FROM STDIN. The data is taken at once; step() sends it. False: the connection is lost.
  bool put(std::string_view data);
  /// Ends the data; `error`: makes the COPY fail with these words. Results follow.
  void put_end(const char* error = nullptr);

  /// During COPY … TO STDOUT, after step() answered done: a line, with its newline, valid until the next step(). Empty:
  /// the lines are over, and next() gives the results.
  [[nodiscard]] std::string_view copy_line() const noexcept;

  /// What LISTEN brought, oldest first; nothing: none has come.
  std::optional<Notification> take_notification();
  /// Reads what came unasked; false once the peer has closed. Only when idle, without a wait.
  bool consume_unasked();

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] int socket() const noexcept;
  [[nodiscard]] bool usable() const noexcept;
  /// Whether libpq has found the connection gone. Cheaper than usable().
  [[nodiscard]] bool is_gone() const noexcept;
  [[nodiscard]] pg_conn* handle() const noexcept { return connection_; }
  [[nodiscard]] bool in_child() const noexcept;

  [[nodiscard]] bool has_notices() const noexcept;
  /// Notices since the last call, oldest first.
  std::vector<Notice> take_notices();
  /// A FATAL that came while nothing was asked: why the server ended the session.
  [[nodiscard]] const std::optional<ErrorFields>& last_words() const noexcept;
  [[nodiscard]] TransactionStatus transaction_status() const noexcept;
  /// Never waits: whatever the peer has not taken yet is dropped.
  void close() noexcept;

 private:
  struct Inbox;
  static void receive(void* inbox, const pg_result* result) noexcept;
  Want step_connecting();
  Want step_busy(bool readable);
  Want step_copy_in(bool readable);
  Want step_copy_out(bool readable);

  pg_conn* connection_ = nullptr;
  std::unique_ptr<Inbox> inbox_;
  Phase phase_ = Phase::closed;
  std::unique_ptr<ForkMark> mark_;
  bool polled_ = false;  ///< whether libpq has been asked once since start_connect
  bool unsent_ = false;  ///< libpq holds bytes the socket has not taken
  bool piped_ = false;
  std::unique_ptr<char, CopyDeleter> copy_line_;
  std::size_t copy_length_ = 0;
};

}  // namespace migrate::engine::detail
