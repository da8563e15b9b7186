// One opened device, read into the frame ring. Everything but what is marked otherwise runs on the OpenNI thread.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "library.h"
#include "ring.h"

namespace facelatch {

// One stream's picture: size in pixels, whole fields of view in radians (0 where the driver does not say).
struct Picture {
  int width = 0, height = 0, fps = 0;
  float horizontalFov = 0, verticalFov = 0;
};

struct SessionInfo {
  openni::DeviceInfo device;
  std::string serial;
  bool isFile = false;
  // Whether the device itself puts depth onto the colour image.
  bool registered = false;
  bool hasInfrared = false;
  // Depth frames in a file; 0 for a camera.
  int frames = 0;
  Picture color, depth;
};

enum class Event { kFrame, kLost, kEnded };

class Session : public DeviceListener {
 public:
  // Called on the OpenNI thread. `reason` is for kLost.
  using Sink = std::function<void(Event, const std::string& reason)>;

  // Opens a device or an .oni file and chooses its pictures. Returns nothing and a reason when that fails. May take seconds.
  static std::unique_ptr<Session> Open(const std::string& uri, std::string* reason);
  // Closes the device; nothing is told to the sink any more.
  ~Session() override;

  const SessionInfo& info() const { return info_; }

  // Begins reading. `nowMs` is this moment on the clock that frames are stamped with. A `paced` session (files only) reads the next frame
  // only after `Next`, stamps frames with the recording's own time, and drops none.
  void Start(const RingWriter& ring, double nowMs, bool paced, Sink sink);
  // From any thread.
  void Next();

  // The streams to wait for now.
  std::vector<openni::Stream> Wanted() const;
  void Read(openni::Stream stream);
  void NothingCame();
  void CheckDevice();
  void Lose(const std::string& reason);

  // From any thread.
  void DeviceGone(const std::string& uri) override;

 private:
  struct Source {
    openni::Stream stream = nullptr;
    openni::VideoMode mode{};
  };

  Session() = default;
  bool Prepare(const std::string& uri, std::string* reason);
  bool OpenSource(openni::Sensor sensor, const openni::VideoMode& mode, Source* source, std::string* reason);
  Picture Describe(const Source& source) const;
  void Take(const openni::Frame& frame);
  void RestPlayer();
  bool HasPair();
  void Publish();
  void End(Event event, const std::string& reason);

  Library& library_ = Library::Instance();
  std::string uri_;
  openni::Device device_ = nullptr;
  Source color_, depth_, infrared_;
  SessionInfo info_;
  std::unique_ptr<std::array<uint8_t, 65536>> tones_;

  bool streaming_ = false;
  bool hasStarted_ = false;
  bool hasRead_ = false;
  std::atomic<bool> gone_{false};
  RingWriter ring_;
  Sink sink_;
  bool paced_ = false;
  double clockOffsetMs_ = 0;
  int32_t sequence_ = 0;
  int depthFrames_ = 0;
  int lastDepthIndex_ = -1;

  // What the slot being written holds so far.
  bool hasColor_ = false, hasDepth_ = false, hasInfrared_ = false;
  uint64_t colorUs_ = 0, depthUs_ = 0, infraredUs_ = 0;

  // Frames a paced session may still read.
  std::atomic<int> wanted_{1};
};

}  // namespace facelatch
