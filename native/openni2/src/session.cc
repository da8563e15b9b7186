#include "session.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "pixels.h"

namespace facelatch {

using namespace openni;

namespace {

// How long the thread sleeps at most before it looks whether it should stop.
constexpr int kWaitMs = 100;
// Colour and depth further apart than this are of different instants; half the time between two frames at 30 a second, and some.
constexpr uint64_t kPairToleranceUs = 20000;
// Larger pictures make no face better and every copy slower.
constexpr int kLargestWidth = 1920;
constexpr int kLargestHeight = 1080;

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
  RequestStop();
  Join();
  library_.Unlisten(this);
  Close();
}

void Session::Close() {
  auto& oni = library_.oni;
  for (Source* source : {&infrared_, &color_, &depth_}) {
    if (source->stream != nullptr) oni.oniStreamDestroy(source->stream);
    source->stream = nullptr;
  }
  if (device_ != nullptr) oni.oniDeviceClose(device_);
  device_ = nullptr;
}

void Session::Start(const RingWriter& ring, double nowMs, bool paced, Sink sink) {
  ring_ = ring;
  sink_ = std::move(sink);
  paced_ = paced;
  clockOffsetMs_ = nowMs - SteadyMs();
  if (info_.isFile) {
    const float speed = paced ? -1.0f : 1.0f;
    const int repeat = paced ? 0 : 1;
    library_.oni.oniDeviceSetProperty(device_, kPlaybackSpeed, &speed, sizeof(speed));
    library_.oni.oniDeviceSetProperty(device_, kPlaybackRepeat, &repeat, sizeof(repeat));
  }
  thread_ = std::thread([this] { Run(); });
}

void Session::Next() {
  std::lock_guard<std::mutex> lock(paceMutex_);
  wanted_ += 1;
  paceChanged_.notify_one();
}

void Session::RequestStop() {
  stop_ = true;
  std::lock_guard<std::mutex> lock(paceMutex_);
  paceChanged_.notify_one();
}

void Session::Join() {
  if (thread_.joinable()) thread_.join();
}

void Session::DeviceGone(const std::string& uri) {
  if (uri == uri_) gone_ = true;
}

void Session::DeviceEnded(const std::string& uri) {
  if (uri == uri_) ended_ = true;
}

void Session::Run() {
  auto& oni = library_.oni;
  std::string problem;
  Stream streams[3] = {depth_.stream, color_.stream, nullptr};
  int count = 2;
  if (oni.oniStreamStart(depth_.stream) != kOk || oni.oniStreamStart(color_.stream) != kOk) problem = library_.LastError();
  if (problem.empty() && info_.hasInfrared && oni.oniStreamStart(infrared_.stream) == kOk) streams[count++] = infrared_.stream;

  while (!stop_ && problem.empty()) {
    if (gone_) {
      problem = "it was unplugged";
      break;
    }
    if (paced_ && !WaitForNext()) break;
    if (paced_ && info_.frames > 0 && depthFrames_ >= info_.frames && !(hasDepth_ && !hasColor_)) {
      sink_(Event::kEnded, "");
      break;
    }
    if (paced_ && ended_) {
      problem = "it ends before its last frame";
      break;
    }
    int index = 0;
    const int status = oni.oniWaitForAnyStream(streams, count, &index, kWaitMs);
    if (status == kTimeOut) continue;
    problem = status == kOk ? ReadOne(streams[index]) : library_.LastError();
  }
  if (!problem.empty() && !stop_) sink_(Event::kLost, problem);
  for (int index = 0; index < count; ++index) oni.oniStreamStop(streams[index]);
}

// Paced: whether to go on reading, once JavaScript has asked for another frame.
bool Session::WaitForNext() {
  std::unique_lock<std::mutex> lock(paceMutex_);
  paceChanged_.wait(lock, [this] { return stop_ || wanted_ > 0; });
  return !stop_;
}

std::string Session::ReadOne(Stream stream) {
  auto& oni = library_.oni;
  Frame* frame = nullptr;
  if (oni.oniStreamReadFrame(stream, &frame) != kOk) return library_.LastError();
  const Source& source = frame->sensor == kColor ? color_ : frame->sensor == kDepth ? depth_ : infrared_;
  const int64_t rowBytes = static_cast<int64_t>(frame->width) * BytesPerPixel(frame->videoMode.pixelFormat);
  std::string problem;
  if (frame->width != source.mode.width || frame->height != source.mode.height || frame->videoMode.pixelFormat != source.mode.pixelFormat) {
    problem = "its pictures changed size";
  } else if (frame->stride < rowBytes || static_cast<int64_t>(frame->stride) * (frame->height - 1) + rowBytes > frame->dataSize) {
    problem = "it delivered an incomplete picture";
  } else {
    Take(*frame);
  }
  oni.oniFrameRelease(frame);
  if (problem.empty()) PublishIfWhole();
  return problem;
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
      break;
  }
}

void Session::PublishIfWhole() {
  if (!hasColor_ || !hasDepth_) return;
  const uint64_t apart = colorUs_ > depthUs_ ? colorUs_ - depthUs_ : depthUs_ - colorUs_;
  if (apart > kPairToleranceUs) {
    // The older one waits in vain for its partner.
    if (colorUs_ < depthUs_) hasColor_ = false;
    else hasDepth_ = false;
    return;
  }
  // A camera's frame is stamped one frame's time before it arrived: it was exposed before it was read out, and a frame from before the
  // screen was locked must never look younger than that.
  const double exposureMs = 1000.0 / std::max(info_.depth.fps, 1);
  const double capturedMs = paced_ ? static_cast<double>(depthUs_) / 1000.0 : SteadyMs() + clockOffsetMs_ - exposureMs;
  ring_.Commit(sequence_++, capturedMs, hasInfrared_);
  hasColor_ = hasDepth_ = hasInfrared_ = false;
  if (paced_) {
    std::lock_guard<std::mutex> lock(paceMutex_);
    wanted_ -= 1;
  }
  sink_(Event::kFrame, "");
}

}  // namespace facelatch
