// The circuit breaker: a check, and a trip that crosses to another core and is answered there.
#include <memory>

#include "core/breaker.h"
#include "two_cores.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr std::uint64_t kChecks = 1'000'000;
constexpr std::uint64_t kTrips = 50'000;

struct Words {
  alignas(128) std::uint32_t words[CircuitBreaker::kWords] = {};
  CircuitBreaker breaker{words};
};

/// A check of one venue after the other, of which three are stopped.
class Check : public bench::Workload {
 public:
  Check() {
    for (int venue : {2, 7, 11}) words_.breaker.trip(venue, 1);
  }
  std::uint64_t operations() const noexcept override { return kChecks; }
  std::uint64_t run() noexcept override {
    std::uint64_t open = 0;
    for (std::uint64_t n = 0; n < kChecks; ++n) {
      open += words_.breaker.is_open(static_cast<int>(n & 15));
    }
    bench::Checksum sum;
    sum.fold(open);
    return sum.value();
  }

 private:
  Words words_;
};

/// This thread trips the breaker of one venue; another, which spins on its check, answers by
/// tripping that of a second breaker. An operation is one trip until it is seen on the other core.
class Trip : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return 2 * kTrips; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    bench::on_two_cores(
        [this, &sum] {
          for (std::uint64_t n = 1; n <= kTrips; ++n) {
            there_.breaker.trip(4, static_cast<std::uint32_t>(n));
            while (!back_.breaker.is_open(4)) {
            }
            sum.fold(std::uint64_t{back_.breaker.owners(4)});
            back_.breaker.reset(4, ~0u);
          }
        },
        [this] {
          for (std::uint64_t n = 1; n <= kTrips; ++n) {
            while (!there_.breaker.is_open(4)) {
            }
            const std::uint32_t owners = there_.breaker.owners(4);
            there_.breaker.reset(4, ~0u);
            back_.breaker.trip(4, owners);
          }
        });
    return sum.value();
  }

 private:
  Words there_, back_;
};

std::unique_ptr<bench::Workload> make_check(const char*) { return std::make_unique<Check>(); }

std::unique_ptr<bench::Workload> make_trip(const char*) {
  if (bench::usable_cpus().size() < 2) return nullptr;
  return std::make_unique<Trip>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kBreakerWorkloads[];
const WorkloadEntry kBreakerWorkloads[] = {{"breaker.check", make_check},
                                           {"breaker.trip", make_trip},
                                           {nullptr, nullptr}};

}  // namespace bot4::bench
