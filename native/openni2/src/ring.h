// The writer's side of the frame ring in main/capture/frame-ring.ts: same words, same exchange, on memory that JavaScript has allocated.
#pragma once

#include <array>
#include <cstdint>

namespace facelatch {

constexpr int kSlots = 3;

class RingWriter {
 public:
  struct Slot {
    uint8_t* color;
    uint16_t* depthMm;
    uint8_t* infrared;
  };

  int32_t* control = nullptr;
  double* capturedAtMs = nullptr;
  std::array<Slot, kSlots> slots{};

  void Start(int writing) { writing_ = writing; }
  int writing() const { return writing_; }
  Slot& slot() { return slots[writing_]; }

  // Makes the slot the newest frame; returns false when that dropped a frame nobody had fetched.
  bool Commit(int32_t sequence, double capturedMs, bool hasInfrared) {
    int32_t* words = control + kFirstSlotWord + writing_ * kWordsPerSlot;
    words[0] = 0;  // The ring of a native camera has one format.
    words[1] = sequence;
    words[2] = hasInfrared ? 1 : 0;
    capturedAtMs[writing_] = capturedMs;
    const int32_t before = __atomic_exchange_n(control, writing_ | kFreshBit, __ATOMIC_SEQ_CST);
    writing_ = before & kSlotMask;
    if ((before & kFreshBit) == 0) return true;
    __atomic_fetch_add(control + 1, 1, __ATOMIC_SEQ_CST);
    return false;
  }

 private:
  static constexpr int32_t kFreshBit = 4;
  static constexpr int32_t kSlotMask = 3;
  static constexpr int kFirstSlotWord = 4;
  static constexpr int kWordsPerSlot = 4;
  int writing_ = 0;
};

}  // namespace facelatch
