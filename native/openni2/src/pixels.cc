#include "pixels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace facelatch {

namespace {

template <typename Pixel>
const Pixel* Row(const openni::Frame& frame, int y) {
  return reinterpret_cast<const Pixel*>(static_cast<const uint8_t*>(frame.data) + static_cast<size_t>(y) * frame.stride);
}

}  // namespace

void CopyColor(const openni::Frame& frame, uint8_t* rgba) {
  for (int y = 0; y < frame.height; ++y) {
    const uint8_t* from = Row<uint8_t>(frame, y);
    uint8_t* to = rgba + static_cast<size_t>(y) * frame.width * 4;
    for (int x = 0; x < frame.width; ++x) {
      to[4 * x] = from[3 * x];
      to[4 * x + 1] = from[3 * x + 1];
      to[4 * x + 2] = from[3 * x + 2];
      to[4 * x + 3] = 255;
    }
  }
}

void CopyDepth(const openni::Frame& frame, uint16_t* depthMm) {
  for (int y = 0; y < frame.height; ++y) {
    const uint16_t* from = Row<uint16_t>(frame, y);
    uint16_t* to = depthMm + static_cast<size_t>(y) * frame.width;
    if (frame.videoMode.pixelFormat == openni::kDepth100Um) {
      for (int x = 0; x < frame.width; ++x) to[x] = static_cast<uint16_t>((from[x] + 5) / 10);
    } else {
      std::memcpy(to, from, static_cast<size_t>(frame.width) * 2);
    }
  }
}

void CopyInfrared(const openni::Frame& frame, const std::array<uint8_t, 65536>& tones, uint8_t* grey) {
  for (int y = 0; y < frame.height; ++y) {
    uint8_t* to = grey + static_cast<size_t>(y) * frame.width;
    if (frame.videoMode.pixelFormat == openni::kGray16) {
      const uint16_t* from = Row<uint16_t>(frame, y);
      for (int x = 0; x < frame.width; ++x) to[x] = tones[from[x]];
    } else {
      std::memcpy(to, Row<uint8_t>(frame, y), static_cast<size_t>(frame.width));
    }
  }
}

std::array<uint8_t, 65536> InfraredTones(int largest) {
  std::array<uint8_t, 65536> tones;
  const double scale = 255.0 / std::sqrt(static_cast<double>(std::clamp(largest, 1, 65535)));
  for (size_t value = 0; value < tones.size(); ++value) {
    tones[value] = static_cast<uint8_t>(std::min(255.0, std::sqrt(static_cast<double>(value)) * scale + 0.5));
  }
  return tones;
}

}  // namespace facelatch
