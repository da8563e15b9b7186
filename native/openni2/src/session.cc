#include "session.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "openni_thread.h"
#include "pixels.h"

namespace facelatch {

using namespace openni;

namespace {

// How long and how often OpenNI's file player is asked for its first frame.
constexpr int kPlayerWaitMs = 20;
constexpr int kPlayerTries = 100;
// How long it takes to deliver what it has in hand: a frame's time and some.
constexpr int kPlayerRestMs = 60;
// Colour and depth further apart than this are of different instants; half the time between two frames at 30 a second, and some.
constexpr uint64_t kPairToleranceUs = 20000;
// Larger pictures make no face better and every copy slower.
constexpr int kLargestWidth = 1920;
constexpr int kLargestHeight = 1080;

uint64_t Apart(uint64_t one, uint64_t other) { return one > other ? one - other : other - one; }

double SteadyMs() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The largest picture in one of `formats` at 15 frames a second or more, the faster of two alike; nothing where there is none.
bool BestMode(const SensorInfo* sensor, std::initializer_list<int> formats, int width, int height, VideoMode* best) {
  if (sensor == nullptr) return false;
  bool found = false;
  for (int index = 0; index < sensor->modeCount; ++index) {
    const VideoMode& mode = sensor->modes[index];
    if (std::find(formats.begin(), formats.end(), mode.pixelFormat) == formats.end()) continue;
    if (mode.width > width || mode.height > height || mode.width <= 0 || mode.height <= 0 || mode.fps < 15) continue;
    const auto rank = [](const VideoMode& m) { return static_cast<int64_t>(m.width) * m.height * 1000 + m.fps; };
    if (!found || rank(mode) > rank(*best)) *best = mode;
    found = true;
  }
  return found;
}

bool HasMode(const SensorInfo* sensor, int format, int width, int height, VideoMode* mode) {
  for (int index = 0; sensor != nullptr && index < sensor->modeCount; ++index) {
    const VideoMode& each = sensor->modes[index];
    if (each.pixelFormat == format && each.width == width && each.height == height && each.fps >= 15) {
      *mode = each;
      return true;
    }
  }
  return false;
}

int BytesPerPixel(int format) {
  switch (format) {
    case kRgb888:
      return 3;
    case kGray8:
      return 1;
    case kDepth1Mm:
    case kDepth100Um:
    case kGray16:
      return 2;
    default:
      return 0;
  }
}

}  // namespace

std::unique_ptr<Session> Session::Open(const std::string& uri, std::string* reason) {
  std::unique_ptr<Session> session(new Session());
  if (!session->Prepare(uri, reason)) return nullptr;
  session->library_.Listen(session.get());
  return session;
}

bool Session::Prepare(const std::string& uri, std::string* reason) {
  auto& oni = library_.oni;
  uri_ = uri;
  if (oni.oniDeviceOpen(uri.c_str(), &device_) != kOk) {
    *reason = library_.LastError();
    device_ = nullptr;
    return false;
  }
  oni.oniDeviceGetInfo(device_, &info_.device);
  info_.isFile = oni.oniDeviceIsPropertySupported(device_, kPlaybackSpeed) != 0;
  char serial[256] = {};
  int size = sizeof(serial) - 1;
  if (oni.oniDeviceGetProperty(device_, kSerialNumber, serial, &size) == kOk) info_.serial = serial;

  VideoMode depthMode{}, colorMode{}, infraredMode{};
  const SensorInfo* colorSensor = oni.oniDeviceGetSensorInfo(device_, kColor);
  if (!BestMode(oni.oniDeviceGetSensorInfo(device_, kDepth), {kDepth1Mm, kDepth100Um}, kLargestWidth, kLargestHeight, &depthMode)) {
    *reason = "it gives no depth in millimetres";
    return false;
  }
  const bool registers = oni.oniDeviceIsImageRegistrationModeSupported(device_, kDepthToColor) != 0;
  // Hardware registration writes depth in the colour picture's place, so both must be of one size.
  const bool haveColor = (registers && HasMode(colorSensor, kRgb888, depthMode.width, depthMode.height, &colorMode)) ||
                         BestMode(colorSensor, {kRgb888}, kLargestWidth, kLargestHeight, &colorMode);
  if (!haveColor) {
    *reason = "it gives no colour picture";
    return false;
  }
  if (!OpenSource(kDepth, depthMode, &depth_, reason) || !OpenSource(kColor, colorMode, &color_, reason)) return false;
  std::string ignored;
  // Many cameras cannot give colour and infrared together; those go without.
  if (HasMode(oni.oniDeviceGetSensorInfo(device_, kInfrared), kGray16, depthMode.width, depthMode.height, &infraredMode) ||
      HasMode(oni.oniDeviceGetSensorInfo(device_, kInfrared), kGray8, depthMode.width, depthMode.height, &infraredMode)) {
    OpenSource(kInfrared, infraredMode, &infrared_, &ignored);
  }
  info_.registered = false;
  if (registers && colorMode.width == depthMode.width && colorMode.height == depthMode.height) {
    const int mode = kDepthToColor;
    info_.registered = oni.oniDeviceSetProperty(device_, kImageRegistration, &mode, sizeof(mode)) == kOk;
  }
  if (info_.isFile) {
    int recorded = kRegistrationOff;
    size = sizeof(recorded);
    info_.registered = oni.oniDeviceGetProperty(device_, kImageRegistration, &recorded, &size) == kOk && recorded == kDepthToColor;
    size = sizeof(info_.frames);
    if (oni.oniStreamGetProperty(depth_.stream, kNumberOfFrames, &info_.frames, &size) != kOk) info_.frames = 0;
  } else {
    oni.oniDeviceEnableDepthColorSync(device_);
  }
  info_.hasInfrared = infrared_.stream != nullptr;
  info_.color = Describe(color_);
  info_.depth = Describe(depth_);
  if (info_.hasInfrared) {
    int largest = 0;
    size = sizeof(largest);
    if (oni.oniStreamGetProperty(infrared_.stream, kMaxValue, &largest, &size) != kOk || largest <= 0) largest = 65535;
    tones_ = std::make_unique<std::array<uint8_t, 65536>>(InfraredTones(largest));
  }
  return true;
}

bool Session::OpenSource(Sensor sensor, const VideoMode& mode, Source* source, std::string* reason) {
  auto& oni = library_.oni;
  if (oni.oniDeviceCreateStream(device_, sensor, &source->stream) != kOk) {
    *reason = library_.LastError();
    source->stream = nullptr;
    return false;
  }
  VideoMode wanted = mode;
  if (!info_.isFile && oni.oniStreamSetProperty(source->stream, kVideoMode, &wanted, sizeof(wanted)) != kOk) {
    *reason = library_.LastError();
    oni.oniStreamDestroy(source->stream);
    source->stream = nullptr;
    return false;
  }
  // PrimeSense cameras mirror unless told; a recording keeps what it has.
  const int mirrored = 0;
  oni.oniStreamSetProperty(source->stream, kMirroring, &mirrored, sizeof(mirrored));
  source->mode = mode;
  return true;
}

Picture Session::Describe(const Source& source) const {
  auto& oni = library_.oni;
  Picture picture;
  picture.width = source.mode.width;
  picture.height = source.mode.height;
  picture.fps = source.mode.fps;
  int size = sizeof(float);
  if (oni.oniStreamGetProperty(source.stream, kHorizontalFov, &picture.horizontalFov, &size) != kOk) picture.horizontalFov = 0;
  size = sizeof(float);
  if (oni.oniStreamGetProperty(source.stream, kVerticalFov, &picture.verticalFov, &size) != kOk) picture.verticalFov = 0;
  return picture;
}

Session::~Session() {
  OpenniThread::Instance().Remove(this);
  library_.Unlisten(this);
  auto& oni = library_.oni;
  if (info_.isFile && depth_.stream != nullptr) RestPlayer();
  for (Source* source : {&infrared_, &color_, &depth_}) {
    if (source->stream == nullptr) continue;
    oni.oniStreamStop(source->stream);
    oni.oniStreamDestroy(source->stream);
  }
  if (device_ != nullptr) oni.oniDeviceClose(device_);
}

// OpenNI's file player has a thread that walks its list of streams without a lock, so a stream must not be taken away while it walks. In
// manual mode it walks only when asked for a frame: ask for one, which shows that the thread runs, and let it come to rest.
void Session::RestPlayer() {
  auto& oni = library_.oni;
  const float manual = -1.0f;
  oni.oniDeviceSetProperty(device_, kPlaybackSpeed, &manual, sizeof(manual));
  int index = 0;
  if (!hasStarted_ && oni.oniStreamStart(depth_.stream) != kOk) return;
  // Each call asks for one frame, of whatever stream is next in the file.
  for (int tries = 0; !hasRead_ && tries < kPlayerTries; ++tries) {
    if (oni.oniWaitForAnyStream(&depth_.stream, 1, &index, kPlayerWaitMs) == kOk) break;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(kPlayerRestMs));
}

void Session::Start(const RingWriter& ring, double nowMs, bool paced, Sink sink) {
  auto& oni = library_.oni;
  ring_ = ring;
  sink_ = std::move(sink);
  paced_ = paced;
  clockOffsetMs_ = nowMs - SteadyMs();
  if (info_.isFile) {
    const float speed = paced ? -1.0f : 1.0f;
    // Over and over, also when every frame is wanted once: at the end of a file that does not repeat, OpenNI's player spins.
    const int repeat = 1;
    oni.oniDeviceSetProperty(device_, kPlaybackSpeed, &speed, sizeof(speed));
    oni.oniDeviceSetProperty(device_, kPlaybackRepeat, &repeat, sizeof(repeat));
  }
  streaming_ = hasStarted_ = true;
  OpenniThread::Instance().Add(this);
  if (oni.oniStreamStart(depth_.stream) != kOk || oni.oniStreamStart(color_.stream) != kOk) {
    Lose(library_.LastError());
    return;
  }
  if (infrared_.stream != nullptr && oni.oniStreamStart(infrared_.stream) != kOk) {
    oni.oniStreamDestroy(infrared_.stream);
    infrared_.stream = nullptr;
  }
}

void Session::Next() {
  wanted_ += 1;
  OpenniThread::Instance().Wake();
}

std::vector<Stream> Session::Wanted() const {
  if (!streaming_ || (paced_ && wanted_ <= 0)) return {};
  std::vector<Stream> streams = {depth_.stream, color_.stream};
  if (infrared_.stream != nullptr) streams.push_back(infrared_.stream);
  return streams;
}

void Session::CheckDevice() {
  if (gone_) Lose("it was unplugged");
  if (paced_ && wanted_ > 0 && depthFrames_ >= info_.frames && !hasDepth_) End(Event::kEnded, "");
}

void Session::NothingCame() {
  if (HasPair()) Publish();
}

void Session::Lose(const std::string& reason) { End(Event::kLost, reason); }

void Session::End(Event event, const std::string& reason) {
  if (!streaming_) return;
  streaming_ = false;
  sink_(event, reason);
}

void Session::DeviceGone(const std::string& uri) {
  if (uri == uri_) gone_ = true;
}

void Session::Read(Stream stream) {
  auto& oni = library_.oni;
  Frame* frame = nullptr;
  if (oni.oniStreamReadFrame(stream, &frame) != kOk) {
    Lose(library_.LastError());
    return;
  }
  hasRead_ = true;
  const Source& source = frame->sensor == kColor ? color_ : frame->sensor == kDepth ? depth_ : infrared_;
  const int64_t rowBytes = static_cast<int64_t>(frame->width) * BytesPerPixel(frame->videoMode.pixelFormat);
  if (frame->width != source.mode.width || frame->height != source.mode.height || frame->videoMode.pixelFormat != source.mode.pixelFormat) {
    Lose("its pictures changed size");
  } else if (frame->stride < rowBytes || static_cast<int64_t>(frame->stride) * (frame->height - 1) + rowBytes > frame->dataSize) {
    Lose("it delivered an incomplete picture");
  } else if (paced_ && frame->sensor == kDepth && frame->frameIndex <= lastDepthIndex_) {
    // The recording begins anew although not every frame of it has come.
    if (HasPair()) Publish();
    End(Event::kEnded, "");
  } else {
    if (frame->sensor == kDepth) lastDepthIndex_ = frame->frameIndex;
    // A pair waits for its infrared until something else comes.
    if (frame->sensor != kInfrared && HasPair()) Publish();
    Take(*frame);
    if (HasPair() && (infrared_.stream == nullptr || hasInfrared_)) Publish();
  }
  oni.oniFrameRelease(frame);
}

void Session::Take(const Frame& frame) {
  RingWriter::Slot& slot = ring_.slot();
  switch (frame.sensor) {
    case kColor:
      CopyColor(frame, slot.color);
      hasColor_ = true;
      colorUs_ = frame.timestampUs;
      break;
    case kDepth:
      CopyDepth(frame, slot.depthMm);
      hasDepth_ = true;
      depthUs_ = frame.timestampUs;
      depthFrames_ += 1;
      break;
    case kInfrared:
      CopyInfrared(frame, *tones_, slot.infrared);
      hasInfrared_ = true;
      infraredUs_ = frame.timestampUs;
      break;
  }
}

// Whether colour and depth of one instant are there. Of two instants the older picture waits in vain for its partner, and is given up.
bool Session::HasPair() {
  if (!hasColor_ || !hasDepth_) return false;
  if (Apart(colorUs_, depthUs_) <= kPairToleranceUs) return true;
  if (colorUs_ < depthUs_) hasColor_ = false;
  else hasDepth_ = false;
  return false;
}

void Session::Publish() {
  const bool infrared = hasInfrared_ && Apart(infraredUs_, depthUs_) <= kPairToleranceUs;
  // A camera's frame is stamped one frame's time before it arrived: it was exposed before it was read out, and a frame from before the
  // screen was locked must never look younger than that.
  const double exposureMs = 1000.0 / std::max(info_.depth.fps, 1);
  const double capturedMs = paced_ ? static_cast<double>(depthUs_) / 1000.0 : SteadyMs() + clockOffsetMs_ - exposureMs;
  ring_.Commit(sequence_++, capturedMs, infrared);
  hasColor_ = hasDepth_ = hasInfrared_ = false;
  if (paced_) wanted_ -= 1;
  sink_(Event::kFrame, "");
}

}  // namespace facelatch
