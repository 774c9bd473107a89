// Arrays by handle, owned by scopes. One table a process, touched by the owner thread alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "mlx/array.h"

namespace mtp {

class HandleTable {
 public:
  int64_t open_scope(bool detached);
  void close_scope(int64_t id);
  int64_t parent_scope(int64_t id);
  void adopt(int64_t scope, int64_t handle);

  // Gives the array to the innermost frame.
  int64_t add(mlx::core::array value);
  const mlx::core::array& get(int64_t handle);
  std::optional<mlx::core::array> get_optional(int64_t handle);
  std::vector<mlx::core::array> get_all(const int64_t* handles, int n);
  void free(int64_t handle);
  int64_t live() const { return live_.load(std::memory_order_relaxed); }

 private:
  static constexpr int32_t none = -1;

  struct Slot {
    std::optional<mlx::core::array> value;
    uint32_t generation = 1;
    int32_t scope = none;
    int32_t previous = none;
    int32_t next = none;
  };
  struct Scope {
    uint32_t generation = 1;
    bool open = false;
    bool detached = false;
    int32_t first = none;
  };

  int32_t slot_of(int64_t handle) const;
  int32_t scope_of(int64_t id) const;
  void link(int32_t slot, int32_t scope);
  void unlink(int32_t slot);
  void release(int32_t slot);

  std::deque<Slot> slots_;
  std::vector<int32_t> free_slots_;
  std::vector<Scope> scopes_;
  std::vector<int32_t> free_scopes_;
  std::vector<int32_t> frames_;
  std::atomic<int64_t> live_{0};
};

}  // namespace mtp
