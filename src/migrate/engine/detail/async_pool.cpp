#include "migrate/engine/detail/async_pool.hpp"

#include <asio/this_coro.hpp>
#include <random>
#include <utility>

#include "migrate/engine/detail/async_context.hpp"
#include "migrate/engine/pool_report.hpp"

namespace migrate::engine::detail {

AsyncPool::AsyncPool(ConnectionConfig config, const asio::any_io_executor& executor, ConnectionHooks hooks,
                     PoolSettings settings)
    : config_(std::move(config)),
      executor_(executor),
      guests_(AsyncContext::of(executor).guests()),
      connection_hooks_(std::move(hooks)),
      settings_(within_reason(std::move(settings))),
      ledger_(settings_),
      draws_(settings_.jitter_seed != 0 ? settings_.jitter_seed : std::random_device{}()) {
  if (!wants_upkeep(settings_.options)) return;
  bell_ = std::make_shared<Parking>(executor_);
  ledger_.set_bell([bell = bell_->state()] { Parking::signal(*bell); });
}

void AsyncPool::require_usable() const {
  if (fork_.in_child()) throw_pool_forked(settings_);
  if (!guests_->gone()) return;
  throw DatabaseArgumentError("the execution context of the engine for " + settings_.database + " has ended",
                              "Keep the io_context alive for as long as the engine is used.");
}

AsyncPool::Caller::Caller(AsyncPool& in, const std::source_location& site)
    : pool(in),
      checkout(in.ledger_, in.settings_, waiter, PoolHolder{{}, site}, static_cast<bool>(in.hooks_.checkout)) {}

AsyncPool::Caller::~Caller() {
  if (attempt != nullptr) attempt->leave();
  if (checkout.step() == Step::lent || checkout.step() == Step::refused) return;
  SlotList retired;
  checkout.abandon(now(), retired);
  pool.close_all(retired);
}

asio::awaitable<Lease<AsyncConnection>> AsyncPool::acquire(std::shared_ptr<AsyncPool> self, Deadline limit,
                                                           std::source_location site) {
  self->require_usable();
  Caller caller(*self, site);
  PoolCheckout& checkout = caller.checkout;
  Step step = checkout.start(limit, now());
  while (step != Step::lent) {
    switch (step) {
      case Step::wait:
        step = co_await wait(caller);
        break;
      case Step::connect:
        step = self->delegate(caller);
        break;
      case Step::probe:
        step = probe(caller);
        break;
      case Step::ping:
        step = co_await ping(caller);
        break;
      case Step::hook:
        step = checkout.hooked(self->run(self->hooks_.checkout, "checkout", caller.connection()));
        break;
      case Step::close:
        step = self->close(checkout);
        break;
      case Step::surrender:
        self->take_back(static_cast<Pooled&>(*checkout.slot()), false);
        step = checkout.surrendered();
        break;
      case Step::lent:
      case Step::refused:
        checkout.throw_refusal(now());
    }
  }
  co_return Lease<AsyncConnection>(self, static_cast<Pooled&>(*checkout.slot()));
}

asio::awaitable<AsyncPool::Step> AsyncPool::wait(Caller& caller) {
  const Woken woken = co_await caller.waiter.wait(caller.checkout.deadline());
  if (woken == Woken::cancelled) {
    throw DatabaseInterrupted("interrupted while waiting for a connection to " + caller.pool.settings_.database);
  }
  std::exception_ptr error = caller.attempt != nullptr ? caller.attempt->take_failure() : nullptr;
  const TimePoint time = now();
  const Step step = woken == Woken::signal ? caller.checkout.woken(time) : caller.checkout.expired(time);
  // What its place is worth now, the next caller may find out.
  if (error != nullptr && (step == Step::wait || step == Step::connect)) std::rethrow_exception(std::move(error));
  co_return step;
}

AsyncPool::Step AsyncPool::probe(Caller& caller) {
  const bool alive = caller.connection().probe();
  return caller.checkout.probed(alive, alive ? FailureScope::statement : caller.connection().loss_scope(), now());
}

asio::awaitable<AsyncPool::Step> AsyncPool::ping(Caller& caller) {
  const Deadline limit = caller.checkout.ping_deadline(now());
  const bool answered = co_await caller.connection().ping(limit);
  const auto cancelled = co_await asio::this_coro::cancellation_state;
  if (!answered && cancelled.cancelled() != asio::cancellation_type::none) {
    throw DatabaseInterrupted("interrupted while looking after a connection to " + caller.pool.settings_.database);
  }
  co_return caller.checkout.pinged(answered, caller.connection().loss_scope(), now());
}

AsyncPool::Step AsyncPool::delegate(Caller& caller) {
  if (caller.attempt != nullptr) caller.attempt->leave();
  caller.attempt = std::make_shared<Attempt>();
  caller.attempt->grant = PoolGrant{nullptr, caller.checkout.grant().generation, PoolGrant::Purpose::whoever};
  caller.attempt->caller = &caller.waiter;
  const Step step = caller.checkout.delegated(now());
  make_apart(caller.attempt);
  return step;
}

AsyncPool::Step AsyncPool::close(PoolCheckout& checkout) {
  log_pool(settings_, base::LogLevel::info, "pool.discard", to_string(checkout.cause()));
  auto& connection = static_cast<Pooled&>(*checkout.slot());
  if (is_loss(checkout.cause())) run(hooks_.invalidate, "invalidate", connection.connection);
  destroy(connection);
  return checkout.closed(now());
}

asio::awaitable<bool> AsyncPool::close(std::shared_ptr<AsyncPool> self, Deadline deadline) {
  if (self->fork_.in_child()) co_return true;
  self->shut();
  // Leaves the list however the coroutine ends.
  struct Watch {
    PoolLedger& ledger;
    AsyncWaiter waiter;
    ~Watch() { ledger.leave_empty(waiter); }
  } watch{self->ledger_, {}};
  bool drained = self->ledger_.when_empty(watch.waiter);
  if (!drained) {
    const Woken woken = co_await watch.waiter.wait(deadline);
    drained = woken == Woken::signal || self->ledger_.statistics().open == 0;
  }
  log_pool(self->settings_, base::LogLevel::info, "pool.close", drained ? "closed" : "closed, with leases still out");
  co_return drained;
}

void AsyncPool::shut() noexcept {
  if (fork_.in_child()) return;
  shut_ = true;
  if (bell_ != nullptr) Parking::signal(*bell_->state());
  SlotList retired;
  ledger_.shut(retired);
  close_all(retired);
}

void AsyncPool::dispose() noexcept {
  if (fork_.in_child()) return;
  SlotList retired;
  ledger_.dispose(retired);
  close_all(retired);
}

void AsyncPool::abort() noexcept {
  if (fork_.in_child()) return;
  shut();
  ledger_.visit_leased([](PoolSlot& slot) { static_cast<Pooled&>(slot).connection.abort(); });
}

void AsyncPool::set_hooks(AsyncPoolHooks hooks) {
  if (ledger_.used()) throw_pool_in_use(settings_);
  hooks_ = std::move(hooks);
}

void AsyncPool::resize(int pool_size, int max_overflow) {
  SlotList retired;
  ledger_.resize(pool_size, max_overflow, now(), retired);
  close_all(retired);
}

std::size_t AsyncPool::retain(const std::function<bool(AsyncConnection&)>& wanted) {
  if (fork_.in_child()) return 0;
  const std::uint64_t round = ledger_.next_round();
  std::size_t closed = 0;
  while (PoolSlot* slot = ledger_.borrow(round)) {
    auto& connection = static_cast<Pooled&>(*slot);
    bool keep = false;
    run([&](AsyncConnection& idle) { keep = wanted(idle); }, "retain", connection.connection);
    SlotList retired;
    if (keep) {
      ledger_.restore(*slot, now(), retired);
    } else {
      ledger_.retire(connection, CloseCause::filtered, now());
      retired.push_back(connection);
      ++closed;
    }
    close_all(retired);
  }
  return closed;
}

}  // namespace migrate::engine::detail
