#include "pool.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace mtp::cpu {

namespace {

constexpr auto spin_time = std::chrono::microseconds(50);

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

int wanted_threads() {
  if (const char* text = std::getenv("MLXMTP_THREADS")) {
    int n = std::atoi(text);
    if (n > 0) {
      return n;
    }
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

Pool& Pool::shared() {
  // Never destroyed: at the end of the process MLX's own threads may still be in a loop.
  static Pool* pool = new Pool(wanted_threads());
  return *pool;
}

Pool::Pool(int threads) {
  for (int i = 1; i < threads; i++) {
    helpers_.emplace_back([this, i] { help(i); });
  }
}

Pool::~Pool() {
  quit_ = true;
  signal_.fetch_add(1);
  signal_.notify_all();
  for (auto& helper : helpers_) {
    helper.join();
  }
}

void Pool::run(long n, long grain, const Body& body) {
  std::unique_lock lock(one_loop_, std::try_to_lock);
  if (n <= grain || helpers_.empty() || limit_.load() == 1 || !lock.owns_lock()) {
    body(0, n);
    return;
  }
  n_ = n;
  grain_ = grain;
  body_ = &body;
  next_.store(0);
  open_.store(true);
  signal_.fetch_add(1);
  signal_.notify_all();
  work();
  // Whoever enters from here on finds the loop closed and touches nothing of it.
  open_.store(false);
  while (inside_.load() != 0) {
    pause();
  }
}

void Pool::work() {
  for (long begin = next_.fetch_add(grain_); begin < n_; begin = next_.fetch_add(grain_)) {
    (*body_)(begin, std::min(n_, begin + grain_));
  }
}

void Pool::help(int index) {
  uint32_t seen = 0;
  while (!quit_) {
    auto until = std::chrono::steady_clock::now() + spin_time;
    while (signal_.load() == seen && std::chrono::steady_clock::now() < until) {
      pause();
    }
    signal_.wait(seen);
    seen = signal_.load();
    inside_.fetch_add(1);
    if (open_.load() && index < limit_.load()) {
      work();
    }
    inside_.fetch_sub(1);
  }
}

}  // namespace mtp::cpu
