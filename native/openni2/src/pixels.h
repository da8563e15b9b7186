// Copies of OpenNI frames into a slot of the frame ring. Rows may be padded (`stride` bytes apart); sizes are checked by the caller.
#pragma once

#include <array>
#include <cstdint>

#include "openni.h"

namespace facelatch {

// 24-bit RGB to RGBA, alpha 255.
void CopyColor(const openni::Frame& frame, uint8_t* rgba);

// Depth in millimetres, or in tenths of one, to millimetres.
void CopyDepth(const openni::Frame& frame, uint16_t* depthMm);

// 8-bit infrared as it is; 16-bit through `tones`.
void CopyInfrared(const openni::Frame& frame, const std::array<uint8_t, 65536>& tones, uint8_t* grey);

// The square root of a 16-bit reading over the largest the sensor gives: active infrared falls with the square of the distance, so this
// keeps near and far faces both readable.
std::array<uint8_t, 65536> InfraredTones(int largest);

}  // namespace facelatch
