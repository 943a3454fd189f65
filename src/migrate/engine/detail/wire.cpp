#include "migrate/engine/detail/wire.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <utility>

#include "migrate/engine/detail/fields.hpp"
#include "migrate/engine/detail/url_text.hpp"

namespace migrate::engine::detail {

void ResultDeleter::operator()(pg_result* result) const noexcept {
  PQclear(result);
}

void CopyDeleter::operator()(char* line) const noexcept {
  PQfreemem(line);
}

/// Written by libpq's callback, so it stays where it is when the Wire moves.
struct Wire::Inbox {
  std::vector<Notice> notices;
  std::optional<ErrorFields> last_words;
};

Wire::Wire() = default;

Wire::~Wire() {
  close();
}

Wire::Wire(Wire&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      inbox_(std::move(other.inbox_)),
      phase_(std::exchange(other.phase_, Phase::closed)),
      mark_(std::move(other.mark_)),
      polled_(other.polled_),
      unsent_(other.unsent_),
      piped_(other.piped_),
      copy_line_(std::move(other.copy_line_)),
      copy_length_(other.copy_length_) {}

Wire& Wire::operator=(Wire&& other) noexcept {
  if (this == &other) return *this;
  close();
  connection_ = std::exchange(other.connection_, nullptr);
  inbox_ = std::move(other.inbox_);
  phase_ = std::exchange(other.phase_, Phase::closed);
  mark_ = std::move(other.mark_);
  polled_ = other.polled_;
  unsent_ = other.unsent_;
  piped_ = other.piped_;
  copy_line_ = std::move(other.copy_line_);
  copy_length_ = other.copy_length_;
  return *this;
}

void Wire::receive(void* inbox, const pg_result* result) noexcept {
  auto& box = *static_cast<Inbox*>(inbox);
  try {
    // An error outside any message is handed over like a notice: the server's reason for ending the session.
    ErrorFields fields = error_fields(result);
    if (fields.severity == "FATAL" || fields.severity == "PANIC") {
      box.last_words = std::move(fields);
    } else {
      box.notices.push_back(notice_fields(result));
    }
  } catch (...) {
    // Out of memory inside a callback of C code: one notice less.
  }
}

void Wire::start_connect(const ConnectWords& words) {
  close();
  inbox_ = std::make_unique<Inbox>();
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : words) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_ = PQconnectStartParams(names.data(), values.data(), 0);
  mark_ = std::make_unique<ForkMark>();
  polled_ = false;
  unsent_ = false;
  phase_ = Phase::connecting;
  if (connection_ == nullptr) return;
  // Only the verbose form of a connect error shows its SQLSTATE.
  PQsetErrorVerbosity(connection_, PQERRORS_VERBOSE);
  PQsetNoticeReceiver(connection_, &Wire::receive, inbox_.get());
}

Want Wire::step_connecting() {
  if (connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD) return Want::done;
  if (!std::exchange(polled_, true)) return Want::write;
  switch (PQconnectPoll(connection_)) {
    case PGRES_POLLING_READING:
      return Want::read;
    case PGRES_POLLING_WRITING:
      return Want::write;
    default:
      return Want::done;
  }
}

bool Wire::finish_connect() {
  if (connection_ == nullptr || PQstatus(connection_) != CONNECTION_OK) return false;
  PQsetErrorVerbosity(connection_, PQERRORS_DEFAULT);
  PQsetnonblocking(connection_, 1);
  phase_ = Phase::idle;
  return true;
}

std::string Wire::error_text() const {
  return connection_ != nullptr ? PQerrorMessage(connection_) : "out of memory";
}

bool Wire::needs_password() const {
  return connection_ != nullptr && PQconnectionNeedsPassword(connection_) != 0;
}

Url Wire::complete(Url url) const {
  if (connection_ == nullptr) return url;
  const auto or_else = [](std::string& part, const char* text) {
    if (part.empty() && text != nullptr) part = text;
  };
  or_else(url.user, PQuser(connection_));
  or_else(url.database, PQdb(connection_));
  if (url.hosts.size() > 1) return url;
  url.hosts.resize(1);
  or_else(url.hosts.front().name, PQhost(connection_));
  if (!url.hosts.front().port) url.hosts.front().port = parse_port(PQport(connection_));
  return url;
}

std::string Wire::current_host() const {
  const char* host = connection_ != nullptr ? PQhost(connection_) : nullptr;
  return host != nullptr ? host : "";
}

const char* Wire::parameter(const char* name) const noexcept {
  return connection_ != nullptr ? PQparameterStatus(connection_, name) : nullptr;
}

bool Wire::start(const std::string& sql) {
  if (!usable() || PQsendQuery(connection_, sql.c_str()) == 0) return false;
  phase_ = Phase::busy;
  unsent_ = true;
  return true;
}

bool Wire::start(const std::string& sql, Values values) {
  if (!usable() || PQsendQueryParams(connection_, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                                     nullptr, nullptr, 0) == 0) {
    return false;
  }
  launch();
  return true;
}

bool Wire::start_prepared(const std::string& name, Values values) {
  if (!usable() || PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.data(),
                                       nullptr, nullptr, 0) == 0) {
    return false;
  }
  launch();
  return true;
}

void Wire::set_single_row() noexcept {
  PQsetSingleRowMode(connection_);
}

bool Wire::enter_pipeline() {
  piped_ = usable() && PQenterPipelineMode(connection_) == 1;
  return piped_;
}

bool Wire::queue(const std::string& sql, Values values) {
  return PQsendQueryParams(connection_, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                           nullptr, 0) == 1;
}

bool Wire::queue_prepare(const std::string& name, const std::string& sql) {
  return PQsendPrepare(connection_, name.c_str(), sql.c_str(), 0, nullptr) == 1;
}

bool Wire::queue_prepared(const std::string& name, Values values) {
  return PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.data(), nullptr,
                             nullptr, 0) == 1;
}

bool Wire::queue_sync() {
  return PQpipelineSync(connection_) == 1;
}

void Wire::launch() noexcept {
  phase_ = Phase::busy;
  unsent_ = true;
}

bool Wire::leave_pipeline() {
  piped_ = false;
  phase_ = Phase::idle;
  return PQexitPipelineMode(connection_) == 1;
}

Want Wire::step(bool readable) {
  switch (phase_) {
    case Phase::connecting:
      return step_connecting();
    case Phase::busy:
      return step_busy(readable);
    case Phase::copy_in:
      return step_copy_in(readable);
    case Phase::copy_out:
      return step_copy_out(readable);
    case Phase::idle:
    case Phase::closed:
      break;
  }
  return Want::done;
}

Want Wire::step_busy(bool readable) {
  // A failed read or write shows in the results: libpq still delivers what the server said before it went.
  if (readable) PQconsumeInput(connection_);
  if (unsent_) unsent_ = PQflush(connection_) == 1;
  if (PQisBusy(connection_) == 0) return Want::done;
  // While we send, the server may be unable to take more until we have read what it says.
  return unsent_ ? Want::both : Want::read;
}

Want Wire::step_copy_in(bool readable) {
  if (readable) PQconsumeInput(connection_);
  unsent_ = PQflush(connection_) == 1;
  if (PQstatus(connection_) == CONNECTION_OK) return unsent_ ? Want::both : Want::done;
  // libpq would go on taking data for a server that is gone; its last result says so.
  phase_ = Phase::busy;
  return Want::done;
}

Want Wire::step_copy_out(bool readable) {
  copy_line_.reset();
  copy_length_ = 0;
  if (readable) PQconsumeInput(connection_);
  char* line = nullptr;
  const int length = PQgetCopyData(connection_, &line, 1);
  if (length > 0) {
    copy_line_.reset(line);
    copy_length_ = static_cast<std::size_t>(length);
    return Want::done;
  }
  if (length == 0 && PQstatus(connection_) != CONNECTION_BAD) return Want::read;
  phase_ = Phase::busy;
  return step_busy(false);
}

std::string_view Wire::copy_line() const noexcept {
  return {copy_line_.get(), copy_length_};
}

RawResult Wire::next() {
  RawResult result(PQgetResult(connection_));
  if (!result) {
    if (!piped_) phase_ = Phase::idle;
    return result;
  }
  switch (PQresultStatus(result.get())) {
    case PGRES_COPY_IN:
      phase_ = Phase::copy_in;
      break;
    case PGRES_COPY_OUT:
      phase_ = Phase::copy_out;
      break;
    default:
      phase_ = Phase::busy;
  }
  return result;
}

bool Wire::put(std::string_view data) {
  return PQputCopyData(connection_, data.data(), static_cast<int>(data.size())) == 1;
}

void Wire::put_end(const char* error) {
  PQputCopyEnd(connection_, error);
  phase_ = Phase::busy;
  unsent_ = true;
}

std::optional<Notification> Wire::take_notification() {
  if (connection_ == nullptr) return std::nullopt;
  const std::unique_ptr<PGnotify, decltype(&PQfreemem)> raw(PQnotifies(connection_), PQfreemem);
  if (raw == nullptr) return std::nullopt;
  return Notification{raw->relname, raw->extra, raw->be_pid};
}

bool Wire::consume_unasked() {
  if (PQconsumeInput(connection_) == 0) return false;
  // Parsing is what turns bytes into notices; a FATAL among them means that the end follows. Notifications stay with
  // libpq until they are wanted.
  PQisBusy(connection_);
  return PQstatus(connection_) == CONNECTION_OK && !inbox_->last_words;
}

int Wire::socket() const noexcept {
  return connection_ != nullptr ? PQsocket(connection_) : -1;
}

bool Wire::in_child() const noexcept {
  return connection_ != nullptr && mark_->in_child();
}

bool Wire::is_gone() const noexcept {
  return connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD;
}

bool Wire::usable() const noexcept {
  return connection_ != nullptr && phase_ != Phase::connecting && PQstatus(connection_) == CONNECTION_OK && !in_child();
}

bool Wire::has_notices() const noexcept {
  return inbox_ != nullptr && !inbox_->notices.empty();
}

std::vector<Notice> Wire::take_notices() {
  return inbox_ != nullptr ? std::exchange(inbox_->notices, {}) : std::vector<Notice>{};
}

const std::optional<ErrorFields>& Wire::last_words() const noexcept {
  static const std::optional<ErrorFields> none;
  return inbox_ != nullptr ? inbox_->last_words : none;
}

TransactionStatus Wire::transaction_status() const noexcept {
  if (!usable()) return TransactionStatus::unknown;
  switch (PQtransactionStatus(connection_)) {
    case PQTRANS_IDLE:
      return TransactionStatus::idle;
    case PQTRANS_ACTIVE:
      return TransactionStatus::active;
    case PQTRANS_INTRANS:
      return TransactionStatus::in_transaction;
    case PQTRANS_INERROR:
      return TransactionStatus::in_error;
    case PQTRANS_UNKNOWN:
      break;
  }
  return TransactionStatus::unknown;
}

void Wire::close() noexcept {
  pg_conn* connection = std::exchange(connection_, nullptr);
  phase_ = Phase::closed;
  piped_ = false;
  copy_line_.reset();
  copy_length_ = 0;
  if (connection == nullptr) return;
  if (mark_->in_child()) {
    // PQfinish would tell the server goodbye in the parent's name; the memory is the price of silence.
    ::close(PQsocket(connection));
    return;
  }
  PQfinish(connection);
}

}  // namespace migrate::engine::detail
