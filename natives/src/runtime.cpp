// Life of the library: version, device, owner thread, errors, scopes, memory.
#include <atomic>
#include <cstring>
#include <new>
#include <sstream>
#include <thread>

#include "guard.h"
#include "mlx/mlx.h"

namespace mx = mlx::core;

namespace mtp {

namespace {
std::atomic<std::thread::id> owner{};
thread_local std::string error_text;

mx::Device device_of(int device) {
  return mx::Device(device == MTP_GPU ? mx::Device::gpu : mx::Device::cpu);
}

std::string header_version() {
  std::ostringstream os;
  os << MLX_VERSION_MAJOR << "." << MLX_VERSION_MINOR << "." << MLX_VERSION_PATCH;
  return os.str();
}
}  // namespace

HandleTable& handles() {
  static HandleTable table;
  return table;
}

void copy_text(const std::string& text, char* to, int size) {
  if (size <= 0) {
    return;
  }
  size_t n = std::min(text.size(), static_cast<size_t>(size - 1));
  std::memcpy(to, text.data(), n);
  to[n] = 0;
}

void set_error(const std::string& message) noexcept {
  try {
    error_text = message;
  } catch (...) {
    error_text.clear();
  }
}

const std::string& last_error() noexcept {
  return error_text;
}

void take_ownership() {
  std::thread::id nobody{};
  auto me = std::this_thread::get_id();
  if (!owner.compare_exchange_strong(nobody, me) && nobody != me) {
    throw std::runtime_error("MLX already belongs to another thread of this process");
  }
}

void check_owner() {
  if (owner.load(std::memory_order_relaxed) != std::this_thread::get_id()) {
    throw std::runtime_error("MLX work was asked for outside the engine thread");
  }
}

}  // namespace mtp

using namespace mtp;

extern "C" {

int mtp_abi_version(void) {
  return MTP_ABI_VERSION;
}

int mtp_mlx_version(char* text, int size) {
  return guarded_any_thread(MTP_USAGE, [&] { copy_text(mx::version(), text, size); });
}

int mtp_last_error(char* text, int size) {
  copy_text(last_error(), text, size);
  return MTP_OK;
}

int mtp_init(int device) {
  return guarded_any_thread(MTP_USAGE, [&] {
    if (mx::version() != header_version()) {
      throw std::runtime_error(
          "MLX " + std::string(mx::version()) + " was loaded, but this build needs " + header_version());
    }
    auto d = device_of(device);
    if (!mx::is_available(d)) {
      throw std::runtime_error("this build of MLX finds no GPU on this machine");
    }
    take_ownership();
    mx::set_default_device(d);
  });
}

int mtp_gpu_available(int* available) {
  return guarded_any_thread(MTP_USAGE, [&] { *available = mx::is_available(mx::Device(mx::Device::gpu)); });
}

int mtp_device_info(int device, char* json, int size) {
  return guarded([&] {
    std::ostringstream os;
    os << "{";
    bool first = true;
    for (const auto& [key, value] : mx::device_info(device_of(device))) {
      os << (first ? "" : ",") << "\"" << key << "\":";
      if (auto text = std::get_if<std::string>(&value)) {
        os << "\"";
        for (char c : *text) {
          if (c == '"' || c == '\\') {
            os << '\\';
          }
          os << c;
        }
        os << "\"";
      } else {
        os << std::get<size_t>(value);
      }
      first = false;
    }
    os << "}";
    copy_text(os.str(), json, size);
  });
}

int mtp_live_handles(int64_t* count) {
  *count = handles().live();
  return MTP_OK;
}

int mtp_scope_open(int detached, mtp_scope* scope) {
  return guarded([&] { *scope = handles().open_scope(detached != 0); });
}

int mtp_scope_close(mtp_scope scope) {
  return guarded([&] { handles().close_scope(scope); });
}

int mtp_scope_adopt(mtp_scope scope, mtp_array array) {
  return guarded([&] { handles().adopt(scope, array); });
}

int mtp_scope_parent(mtp_scope scope, mtp_scope* parent) {
  return guarded([&] { *parent = handles().parent_scope(scope); });
}

int mtp_free(mtp_array array) {
  return guarded([&] { handles().free(array); });
}

int mtp_share(mtp_array x, mtp_array* out) {
  return guarded([&] { *out = handles().add(handles().get(x)); });
}

int mtp_calls(int64_t* count) {
  return guarded_any_thread(MTP_USAGE, [&] { *count = calls.load(std::memory_order_relaxed); });
}

int mtp_memory(int64_t* active_peak_cache) {
  return guarded_any_thread(MTP_USAGE, [&] {
    active_peak_cache[0] = static_cast<int64_t>(mx::get_active_memory());
    active_peak_cache[1] = static_cast<int64_t>(mx::get_peak_memory());
    active_peak_cache[2] = static_cast<int64_t>(mx::get_cache_memory());
  });
}

int mtp_reset_peak_memory(void) {
  return guarded([&] { mx::reset_peak_memory(); });
}

int mtp_clear_cache(void) {
  return guarded([&] { mx::clear_cache(); });
}

int mtp_set_cache_limit(int64_t bytes) {
  return guarded([&] { mx::set_cache_limit(static_cast<size_t>(bytes)); });
}

int mtp_set_wired_limit(int64_t bytes) {
  return guarded([&] { mx::set_wired_limit(static_cast<size_t>(bytes)); });
}

int mtp_throw(int kind) {
  return guarded([&] {
    switch (kind) {
      case 0:
        throw std::runtime_error("thrown on purpose: 100%s");
      case 1:
        throw kind;
      default:
        throw std::bad_alloc();
    }
  });
}

}  // extern "C"
