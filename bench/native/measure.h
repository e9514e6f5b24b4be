#pragma once
// Paired timing by the method of the performance manifest: at least 31 batches of at least 10,000
// operations between two readings of the clock, peers alternating A B B A on the same input, equal
// checksums, the median of the paired ratios with its 5-95 % range. Ratios gate, absolute times
// inform.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "workload.h"

namespace bot4::bench {

struct Peer {
  const char* name;
  std::uint64_t (*run)(void* state);  ///< One batch; returns its checksum.
  void* state;
};

/// The smallest value that a part `q` of the values does not exceed: nearest rank. Requires a value.
inline double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(q * static_cast<double>(values.size()));
  return values[rank > 1.0 ? static_cast<std::size_t>(rank) - 1 : 0];
}

inline double nanoseconds(const Peer& peer, std::uint64_t* checksum) {
  const auto start = std::chrono::steady_clock::now();
  *checksum = peer.run(peer.state);
  const auto stop = std::chrono::steady_clock::now();
  return std::chrono::duration<double, std::nano>(stop - start).count();
}

/// Measures `subject` against `peer`; prints ns per operation of both and the ratio peer / subject.
/// Exits with 1 when the checksums differ.
inline void paired(const char* kind, const Peer& subject, const Peer& peer, double operations) {
  constexpr int kRounds = 32;
  std::vector<double> a, b, ratios;
  std::uint64_t sum_a = 0, sum_b = 0;
  nanoseconds(subject, &sum_a);
  nanoseconds(peer, &sum_b);
  for (int round = 0; round < kRounds; ++round) {
    const double a1 = nanoseconds(subject, &sum_a);
    const double b1 = nanoseconds(peer, &sum_b);
    const double b2 = nanoseconds(peer, &sum_b);
    const double a2 = nanoseconds(subject, &sum_a);
    if (sum_a != sum_b) {
      std::fprintf(stderr, "%s and %s differ: %016lx %016lx\n", subject.name, peer.name, sum_a, sum_b);
      std::exit(1);
    }
    a.push_back((a1 + a2) / 2 / operations);
    b.push_back((b1 + b2) / 2 / operations);
    ratios.push_back((b1 + b2) / (a1 + a2));
  }
  std::printf("%-10s %-28s %9.2f ns   %-28s %9.2f ns   ratio %7.2f (5%% %.2f, 95%% %.2f)   sum %016lx\n",
              kind, subject.name, quantile(a, 0.5), peer.name, quantile(b, 0.5),
              quantile(ratios, 0.5), quantile(ratios, 0.05), quantile(ratios, 0.95), sum_a);
}

/// Prints what the numbers were measured on.
inline void print_manifest(const char* target) {
  char model[256] = "unknown";
  if (std::FILE* info = std::fopen("/proc/cpuinfo", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, info) != nullptr) {
      if (std::strncmp(line, "model name", 10) != 0) continue;
      if (const char* colon = std::strchr(line, ':')) {
        std::snprintf(model, sizeof model, "%s", colon + 2);
        model[std::strcspn(model, "\n")] = '\0';
      }
      break;
    }
    std::fclose(info);
  }
  double load = 0;
  if (std::FILE* average = std::fopen("/proc/loadavg", "r")) {
    if (std::fscanf(average, "%lf", &load) != 1) load = -1;
    std::fclose(average);
  }
  std::printf("# %s, %u threads, load %.2f, target %s, compiler %s\n", model,
              std::thread::hardware_concurrency(), load, target, __VERSION__);
}

}  // namespace bot4::bench
