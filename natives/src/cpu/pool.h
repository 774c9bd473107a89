// A small pool of threads that share the ranges of one loop at a time. Between loops that follow one another closely the
// threads spin; after that they sleep.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mtp::cpu {

class Pool {
 public:
  using Body = std::function<void(long begin, long end)>;

  static Pool& shared();

  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const {
    return static_cast<int>(helpers_.size()) + 1;
  }

  // Uses at most so many threads from now on, the calling one included.
  void limit(int threads) {
    limit_ = threads;
  }

  // Runs body over [0, n) in ranges of at most grain, on the calling thread and the helpers; returns when all is done.
  void run(long n, long grain, const Body& body);

 private:
  void help(int index);
  void work();

  std::vector<std::thread> helpers_;
  std::atomic<int> limit_{1 << 20};
  std::mutex one_loop_;
  std::atomic<uint32_t> signal_{0};
  std::atomic<bool> open_{false};
  std::atomic<int> inside_{0};
  std::atomic<bool> quit_{false};
  std::atomic<long> next_{0};
  long n_ = 0;
  long grain_ = 1;
  const Body* body_ = nullptr;
};

}  // namespace mtp::cpu
