#include "directive.hpp"

#include <catch2/catch.hpp>

#include "catalog_snapshot.hpp"
#include "migrate/base/text.hpp"
#include "migrate/runtime/executor.hpp"
#include "migrate/runtime/offline.hpp"
#include "migrate/schema/sink.hpp"
#include "support/temp_database.hpp"

namespace migrate::test {
namespace {

using Function = std::function<void(schema::Operations&)>;

/// The function as a loaded revision's: its requests go through bytes, as a real module's do.
runtime::CppBody body_of(const Function& function) {
  return [&function](std::string_view info, const script::Serve& serve) {
    struct Host {
      const script::Serve* serve;
      std::string reply;
    } host{&serve, {}};
    MigrateChannel channel{};
    channel.host = &host;
    channel.call = [](void* self, const char* request, std::size_t size, const char** reply, std::size_t* length) {
      auto& to = *static_cast<Host*>(self);
      auto answer = (*to.serve)({request, size});
      to.reply = std::move(answer.bytes);
      *reply = to.reply.data();
      *length = to.reply.size();
      return answer.error ? 1 : 0;
    };
    schema::Sink sink(channel, schema::decode_info(info));
    schema::Operations operations(sink);
    function(operations);
    sink.call(schema::Request{});
    return true;
  };
}

runtime::PreparedStep step_of(script::Direction direction, const Function& function) {
  const bool up = direction == script::Direction::upgrade;
  runtime::PreparedStep step;
  step.step.direction = direction;
  step.step.revision = "r1";
  step.step.rows = {up ? script::RowChange{"", "r1"} : script::RowChange{"r1", ""}};
  if (up) {
    step.step.to = step.step.rows_after = {"r1"};
  } else {
    step.step.from = {"r1"};
  }
  step.path = "versions/r1.cpp";
  step.cpp_body = body_of(function);
  return step;
}

/// One database under test, and everything that was sent to it.
class Bench {
 public:
  Bench() : connection_(connect()), table_(runtime::VersionTable::locate(connection_, "", "alembic_version")) {}

  [[nodiscard]] engine::Connection& connection() { return connection_; }

  /// Runs one direction and says what --sql prints of it, statement by statement, was sent in that order.
  void run(script::Direction direction, const Function& function) {
    const std::vector<runtime::PreparedStep> steps{step_of(direction, function)};
    const std::string script = runtime::write_offline_script(steps, table_, {.create_table = false});
    sent_.clear();
    runtime::Executor(connection_, table_, rows_, {.lock_timeout = ""}).run(steps);
    rows_ = steps[0].step.rows_after;
    table_.set_exists(true);
    compare(script);
  }

 private:
  engine::Connection connect() {
    engine::ConnectionParts parts;
    parts.url = database_.url();
    parts.echo = true;
    engine::ConnectionHooks hooks;
    hooks.log = [this](const base::LogEvent& event) {
      for (const auto& [name, value] : event.fields) sent_ += value + "\n";
      sent_ += event.message + "\n";
    };
    return engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)), std::move(hooks));
  }

  /// The statements of the script are those between its comment line and the version row.
  void compare(const std::string& script) const {
    INFO("--sql printed:\n" << script << "\nthe server was sent:\n" << sent_);
    std::size_t at = 0, compared = 0;
    for (const auto& statement : sql::split(script)) {
      const auto text = statement.text.of(script);
      if (text.starts_with("DO ") || text.find("alembic_version") != std::string_view::npos) continue;
      if (statement.control != sql::TransactionControl::none || text.starts_with("SET ") ||
          text.starts_with("RESET ")) {
        continue;
      }
      INFO("statement: " << text);
      const auto found = sent_.find(text, at);
      REQUIRE(found != std::string::npos);
      at = found + text.size();
      ++compared;
    }
    CHECK(compared > 0);
  }

  TempDatabase database_;
  std::string sent_;
  engine::Connection connection_;
  runtime::VersionTable table_;
  std::vector<std::string> rows_;
};

}  // namespace

void check_directive(const Directive& directive) {
  Bench bench;
  if (!directive.setup.empty()) bench.connection().script(directive.setup);
  const auto probe = [&] {
    const auto result = bench.connection().execute(directive.probe);
    return std::string(result.scalar().value_or(""));
  };
  const std::string before = catalog_snapshot(bench.connection());
  CHECK(probe() == directive.before);
  bench.run(script::Direction::upgrade, directive.up);
  CHECK(probe() == directive.expected);
  bench.run(script::Direction::downgrade, directive.down);
  CHECK(probe() == directive.before);
  CHECK(catalog_snapshot(bench.connection()) == before);
}

}  // namespace migrate::test
