#include "handles.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mtp {

namespace {
int64_t pack(uint32_t generation, int32_t index) {
  return (static_cast<int64_t>(generation) << 32) | static_cast<uint32_t>(index);
}
uint32_t generation_of(int64_t id) {
  return static_cast<uint32_t>(static_cast<uint64_t>(id) >> 32);
}
int32_t index_of(int64_t id) {
  return static_cast<int32_t>(id & 0xffffffff);
}
// A generation stays in 31 bits and is never 0, so that handles are positive and 0 means none.
uint32_t next_generation(uint32_t generation) {
  return generation == 0x7fffffffu ? 1 : generation + 1;
}
}  // namespace

int32_t HandleTable::slot_of(int64_t handle) const {
  int32_t i = index_of(handle);
  if (handle <= 0 || i < 0 || i >= static_cast<int32_t>(slots_.size()) ||
      slots_[i].generation != generation_of(handle) || !slots_[i].value) {
    throw std::invalid_argument("the array was used after its scope was closed");
  }
  return i;
}

int32_t HandleTable::scope_of(int64_t id) const {
  int32_t i = index_of(id);
  if (id <= 0 || i < 0 || i >= static_cast<int32_t>(scopes_.size()) ||
      scopes_[i].generation != generation_of(id) || !scopes_[i].open) {
    throw std::invalid_argument("the scope is closed");
  }
  return i;
}

int64_t HandleTable::open_scope(bool detached) {
  int32_t i;
  if (free_scopes_.empty()) {
    i = static_cast<int32_t>(scopes_.size());
    scopes_.emplace_back();
  } else {
    i = free_scopes_.back();
    free_scopes_.pop_back();
  }
  scopes_[i].open = true;
  scopes_[i].detached = detached;
  scopes_[i].first = none;
  if (!detached) {
    frames_.push_back(i);
  }
  return pack(scopes_[i].generation, i);
}

void HandleTable::close_scope(int64_t id) {
  int32_t i = scope_of(id);
  if (!scopes_[i].detached) {
    if (frames_.back() != i) {
      throw std::invalid_argument("scopes close in the reverse order of their opening");
    }
    frames_.pop_back();
  }
  while (scopes_[i].first != none) {
    release(scopes_[i].first);
  }
  scopes_[i].open = false;
  scopes_[i].generation = next_generation(scopes_[i].generation);
  free_scopes_.push_back(i);
}

int64_t HandleTable::parent_scope(int64_t id) {
  int32_t i = scope_of(id);
  auto at = std::find(frames_.begin(), frames_.end(), i);
  if (at == frames_.end() || at == frames_.begin()) {
    throw std::invalid_argument("the scope has no enclosing scope to keep an array in");
  }
  int32_t parent = *(at - 1);
  return pack(scopes_[parent].generation, parent);
}

void HandleTable::adopt(int64_t scope, int64_t handle) {
  int32_t to = scope_of(scope);
  int32_t slot = slot_of(handle);
  unlink(slot);
  link(slot, to);
}

int64_t HandleTable::add(mlx::core::array value) {
  if (frames_.empty()) {
    throw std::invalid_argument("no scope is open to own the result");
  }
  int32_t i;
  if (free_slots_.empty()) {
    i = static_cast<int32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    i = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[i].value.emplace(std::move(value));
  link(i, frames_.back());
  live_.fetch_add(1, std::memory_order_relaxed);
  return pack(slots_[i].generation, i);
}

const mlx::core::array& HandleTable::get(int64_t handle) {
  return *slots_[slot_of(handle)].value;
}

std::optional<mlx::core::array> HandleTable::get_optional(int64_t handle) {
  if (handle == 0) {
    return std::nullopt;
  }
  return get(handle);
}

std::vector<mlx::core::array> HandleTable::get_all(const int64_t* handles, int n) {
  std::vector<mlx::core::array> arrays;
  arrays.reserve(n);
  for (int i = 0; i < n; i++) {
    arrays.push_back(get(handles[i]));
  }
  return arrays;
}

void HandleTable::free(int64_t handle) {
  release(slot_of(handle));
}

void HandleTable::link(int32_t slot, int32_t scope) {
  slots_[slot].scope = scope;
  slots_[slot].previous = none;
  slots_[slot].next = scopes_[scope].first;
  if (scopes_[scope].first != none) {
    slots_[scopes_[scope].first].previous = slot;
  }
  scopes_[scope].first = slot;
}

void HandleTable::unlink(int32_t slot) {
  Slot& s = slots_[slot];
  if (s.previous != none) {
    slots_[s.previous].next = s.next;
  } else {
    scopes_[s.scope].first = s.next;
  }
  if (s.next != none) {
    slots_[s.next].previous = s.previous;
  }
}

void HandleTable::release(int32_t slot) {
  unlink(slot);
  Slot& s = slots_[slot];
  s.value.reset();
  s.generation = next_generation(s.generation);
  free_slots_.push_back(slot);
  live_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace mtp
