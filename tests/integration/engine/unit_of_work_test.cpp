#include "migrate/engine/unit_of_work.hpp"

#include <catch2/catch.hpp>

#include "migrate/engine/container.hpp"
#include "migrate/engine/sql_error.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

struct User {
  std::int64_t id = 0;
  std::string name;
};

}  // namespace

template <>
struct migrate::engine::RowFields<User> {
  static constexpr std::tuple columns{Column{"id", &User::id}, Column{"name", &User::name}};
};

namespace {

template <RepositoryProxy Proxy>
class Users : public Repository<Proxy> {
 public:
  using Repository<Proxy>::Repository;

  Answer<Proxy, Result> add(const User& user) {
    return this->execute("INSERT INTO users VALUES ($1, $2)", user.id, user.name);
  }
  Answer<Proxy, std::optional<User>> find(std::int64_t id) {
    return this->template one_or_none<User>("SELECT id, name FROM users WHERE id = $1", id);
  }
};

template <RepositoryProxy Proxy>
class Notes : public Repository<Proxy> {
 public:
  using Repository<Proxy>::Repository;

  Answer<Proxy, Result> add(std::int64_t user, std::string_view text) {
    return this->execute("INSERT INTO notes VALUES ($1, $2)", user, text);
  }
  Answer<Proxy, std::vector<std::string>> texts() {
    return this->template query<std::string>("SELECT text FROM notes ORDER BY text");
  }
};

using SyncUsers = Users<ConnectionProxy>;
using SyncNotes = Notes<ConnectionProxy>;
using Work = UnitOfWork<SyncUsers, SyncNotes>;

struct Fixture {
  Fixture() {
    database.execute(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);"
        "CREATE TABLE notes (user_id bigint REFERENCES users, text text)");
  }
  [[nodiscard]] std::string count() const {
    return database.query("SELECT (SELECT count(*) FROM users) || '/' || (SELECT count(*) FROM notes)");
  }

  TempDatabase database;
  std::shared_ptr<SyncEngineFactory> engines = std::make_shared<SyncEngineFactory>(database.config());
};

}  // namespace

TEST_CASE("a proxy gives one session until it is disconnected", "[engine][proxy]") {
  Fixture fixture;
  ConnectionProxy proxy(fixture.engines);
  CHECK_FALSE(proxy.connected());
  Session& session = proxy.connect();
  CHECK(&proxy.connect() == &session);
  session.execute("INSERT INTO users VALUES (1, 'Ada')");
  proxy.disconnect();
  proxy.disconnect();
  CHECK_FALSE(proxy.connected());
  CHECK(fixture.count() == "0/0");
  CHECK(fixture.engines->create().statistics().leased == 0);
  proxy.connect().execute("INSERT INTO users VALUES (1, 'Ada')");
  proxy.connect().commit();
  CHECK(fixture.count() == "1/0");
}

TEST_CASE("the end of a proxy disconnects it", "[engine][proxy]") {
  Fixture fixture;
  {
    ConnectionProxy proxy(fixture.engines);
    proxy.connect().execute("INSERT INTO users VALUES (1, 'Ada')");
  }
  CHECK(fixture.engines->create().statistics().leased == 0);
  CHECK(fixture.count() == "0/0");
}

TEST_CASE("a repository works alone with a proxy, and asks it for each call", "[engine][repository]") {
  Fixture fixture;
  ConnectionProxy proxy(fixture.engines);
  SyncUsers users(proxy);
  users.add({1, "Ada"});
  proxy.connect().commit();
  CHECK(users.find(1)->name == "Ada");
  proxy.disconnect();
  CHECK_FALSE(users.find(2));
}

TEST_CASE("a unit of work keeps what its repositories did together", "[engine][unit_of_work]") {
  Fixture fixture;
  Work work(fixture.engines);
  const auto texts = work.run([](Work& unit) {
    unit.get<SyncUsers>().add({1, "Ada"});
    unit.get<SyncNotes>().add(1, "first");
    return unit.get<SyncNotes>().texts();
  });
  CHECK(texts == std::vector<std::string>{"first"});
  CHECK(fixture.count() == "1/1");
  CHECK(fixture.engines->create().statistics().leased == 0);
}

TEST_CASE("a unit of work that throws did nothing", "[engine][unit_of_work]") {
  Fixture fixture;
  Work work(fixture.engines);
  CHECK_THROWS_AS(work.run([](Work& unit) {
    unit.get<SyncUsers>().add({1, "Ada"});
    unit.get<SyncNotes>().add(2, "of nobody");
  }),
                  ForeignKeyViolation);
  CHECK(fixture.count() == "0/0");
  work.run([](Work& unit) { unit.get<SyncUsers>().add({1, "Ada"}); });
  CHECK(fixture.count() == "1/0");
}

TEST_CASE("the destructor of a unit of work never commits", "[engine][unit_of_work]") {
  Fixture fixture;
  {
    Work work(fixture.engines);
    work.get<SyncUsers>().add({1, "Ada"});
  }
  CHECK(fixture.count() == "0/0");
  CHECK(fixture.engines->create().statistics().leased == 0);
}

TEST_CASE("a commit inside of run stays, and the one at its end has nothing left to do", "[engine][unit_of_work]") {
  Fixture fixture;
  Work work(fixture.engines);
  CHECK_THROWS_AS(work.run([](Work& unit) {
    unit.get<SyncUsers>().add({1, "Ada"});
    unit.commit();
    unit.commit();
    unit.get<SyncUsers>().add({2, "Bob"});
    throw std::runtime_error("too late for Ada");
  }),
                  std::runtime_error);
  CHECK(fixture.count() == "1/0");
  work.run([](Work& unit) {
    unit.get<SyncUsers>().add({3, "Cyd"});
    unit.commit();
  });
  CHECK(fixture.count() == "2/0");
}

TEST_CASE("a unit of work can be moved with its repositories", "[engine][unit_of_work]") {
  Fixture fixture;
  Work first(SessionFactory(fixture.engines->create()));
  first.get<SyncUsers>().add({1, "Ada"});
  Work second = std::move(first);
  second.get<SyncNotes>().add(1, "moved");
  second.commit();
  CHECK(fixture.count() == "1/1");
}

TEST_CASE("a container makes one engine factory, and the rest anew with each call", "[engine][container]") {
  struct Services : Container {
    using Container::Container;
    Factory<Work> unit{[this] { return Work(engine_factory()); }};
  };
  Fixture fixture;
  Services services(fixture.database.config());
  CHECK(services.engine_factory() == services.engine_factory());
  CHECK(services.engine_factory()->create() == services.session_factory().engine());
  CHECK(services.connection_proxy() != services.connection_proxy());
  services.unit().run([](Work& unit) { unit.get<SyncUsers>().add({1, "Ada"}); });
  CHECK(fixture.count() == "1/0");

  SECTION("and tests put others in their place") {
    Fixture test;
    {
      const auto over = services.engine_factory.override(test.engines);
      services.unit().run([](Work& unit) { unit.get<SyncUsers>().add({1, "Ada"}); });
      const auto again = services.unit.override([&] { return Work(fixture.engines); });
      services.unit().run([](Work& unit) { unit.get<SyncUsers>().add({2, "Bob"}); });
    }
    CHECK(test.count() == "1/0");
    CHECK(fixture.count() == "2/0");
    services.unit().run([](Work& unit) { unit.get<SyncUsers>().add({3, "Cyd"}); });
    CHECK(fixture.count() == "3/0");
  }
  services.engine_factory()->create().dispose();
}

TEST_CASE("a service is tested with an engine factory of the test's own", "[engine][container]") {
  struct Counting : EngineFactory {
    explicit Counting(Engine made) : engine(std::move(made)) {}
    Engine create() override {
      ++calls;
      return engine;
    }
    Engine engine;
    int calls = 0;
  };
  Fixture fixture;
  const auto counting = std::make_shared<Counting>(Engine(fixture.database.config()));
  ConnectionProxy proxy(counting);
  CHECK(counting->calls == 0);
  CHECK_FALSE(SyncUsers(proxy).find(1));
  CHECK_FALSE(SyncUsers(proxy).find(1));
  CHECK(counting->calls == 1);
}
