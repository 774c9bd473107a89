// The border: every C function's body runs inside guarded(), which turns whatever is thrown into a status and a message.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>

#include "handles.h"
#include "mtp.h"

namespace mtp {

HandleTable& handles();
void set_error(const std::string& message) noexcept;
const std::string& last_error() noexcept;
void copy_text(const std::string& text, char* to, int size);
void take_ownership();
void check_owner();

// Calls over the border since the start.
inline std::atomic<int64_t> calls{0};

template <class F>
int guarded_any_thread(int failure, F&& body) noexcept {
  calls.fetch_add(1, std::memory_order_relaxed);
  try {
    body();
    return MTP_OK;
  } catch (const std::exception& e) {
    set_error(e.what());
  } catch (...) {
    set_error("an error of unknown kind was thrown in the native library");
  }
  return failure;
}

template <class F>
int guarded(int failure, F&& body) noexcept {
  return guarded_any_thread(failure, [&] {
    check_owner();
    body();
  });
}

template <class F>
int guarded(F&& body) noexcept {
  return guarded(MTP_USAGE, std::forward<F>(body));
}

}  // namespace mtp
