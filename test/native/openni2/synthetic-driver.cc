// An OpenNI driver with one made-up camera, for tests: it delivers the frames of a file through the very interface a real camera's driver
// has, and misbehaves when told to. Environment:
//   FACELATCH_SYNTHETIC_FRAMES   the file (see frames-file.ts)
//   FACELATCH_SYNTHETIC_FAULT    none | unplug:N | stall:N | resize:N, after N frames
#include <Driver/OniDriverAPI.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#define XN_NEW(type, argument) new type(argument)
#define XN_DELETE(pointer) delete pointer

namespace {

struct Header {
  char magic[8];
  int32_t colorWidth, colorHeight, depthWidth, depthHeight, fps, frames, hasInfrared, registered;
  float colorHorizontalFov, colorVerticalFov, depthHorizontalFov, depthVerticalFov;
};

struct Frames {
  Header header{};
  std::vector<uint8_t> bytes;

  bool Read(const char* path) {
    FILE* file = path == nullptr ? nullptr : std::fopen(path, "rb");
    if (file == nullptr) return false;
    bool good = std::fread(&header, sizeof(header), 1, file) == 1 && std::memcmp(header.magic, "FLSYNTH1", 8) == 0;
    if (good) {
      bytes.resize(FrameBytes() * header.frames);
      good = std::fread(bytes.data(), 1, bytes.size(), file) == bytes.size();
    }
    std::fclose(file);
    return good;
  }

  size_t ColorBytes() const { return size_t(header.colorWidth) * header.colorHeight * 3; }
  size_t DepthBytes() const { return size_t(header.depthWidth) * header.depthHeight * 2; }
  size_t FrameBytes() const { return ColorBytes() + DepthBytes() + (header.hasInfrared ? DepthBytes() : 0); }
  const uint8_t* Start(int index, OniSensorType sensor) const {
    const uint8_t* frame = bytes.data() + FrameBytes() * index;
    if (sensor == ONI_SENSOR_COLOR) return frame;
    return sensor == ONI_SENSOR_DEPTH ? frame + ColorBytes() : frame + ColorBytes() + DepthBytes();
  }
};

class Stream : public oni::driver::StreamBase {
 public:
  Stream(const Frames& frames, OniSensorType sensor) : frames_(frames), sensor_(sensor) {
    const Header& header = frames.header;
    const bool color = sensor == ONI_SENSOR_COLOR;
    mode_.pixelFormat = color ? ONI_PIXEL_FORMAT_RGB888 : sensor == ONI_SENSOR_DEPTH ? ONI_PIXEL_FORMAT_DEPTH_1_MM : ONI_PIXEL_FORMAT_GRAY16;
    mode_.resolutionX = color ? header.colorWidth : header.depthWidth;
    mode_.resolutionY = color ? header.colorHeight : header.depthHeight;
    mode_.fps = header.fps;
    horizontalFov_ = color ? header.colorHorizontalFov : header.depthHorizontalFov;
    verticalFov_ = color ? header.colorVerticalFov : header.depthVerticalFov;
  }

  OniStatus start() override {
    running_ = true;
    return ONI_STATUS_OK;
  }
  void stop() override { running_ = false; }
  bool running() const { return running_; }

  OniBool isPropertySupported(int id) override {
    int value[16];
    int size = sizeof(value);
    return getProperty(id, value, &size) == ONI_STATUS_OK;
  }

  OniStatus getProperty(int id, void* data, int* size) override {
    switch (id) {
      case ONI_STREAM_PROPERTY_VIDEO_MODE:
        return Give(mode_, data, size);
      case ONI_STREAM_PROPERTY_HORIZONTAL_FOV:
        return Give(horizontalFov_, data, size);
      case ONI_STREAM_PROPERTY_VERTICAL_FOV:
        return Give(verticalFov_, data, size);
      case ONI_STREAM_PROPERTY_MIRRORING:
        return Give(OniBool(FALSE), data, size);
      case ONI_STREAM_PROPERTY_CROPPING:
        return Give(OniCropping{}, data, size);
      case ONI_STREAM_PROPERTY_MAX_VALUE:
        return Give(int(sensor_ == ONI_SENSOR_DEPTH ? 10000 : 65535), data, size);
      case ONI_STREAM_PROPERTY_MIN_VALUE:
        return Give(int(0), data, size);
      case ONI_STREAM_PROPERTY_STRIDE:
        return Give(int(Stride()), data, size);
      default:
        return ONI_STATUS_NOT_SUPPORTED;
    }
  }

  OniStatus setProperty(int id, const void*, int) override {
    return id == ONI_STREAM_PROPERTY_VIDEO_MODE || id == ONI_STREAM_PROPERTY_MIRRORING ? ONI_STATUS_OK : ONI_STATUS_NOT_SUPPORTED;
  }

  void notifyAllProperties() override {
    for (int id : {ONI_STREAM_PROPERTY_VIDEO_MODE, ONI_STREAM_PROPERTY_HORIZONTAL_FOV, ONI_STREAM_PROPERTY_VERTICAL_FOV, ONI_STREAM_PROPERTY_MIRRORING,
                   ONI_STREAM_PROPERTY_CROPPING, ONI_STREAM_PROPERTY_MAX_VALUE, ONI_STREAM_PROPERTY_MIN_VALUE, ONI_STREAM_PROPERTY_STRIDE}) {
      int value[16];
      int size = sizeof(value);
      if (getProperty(id, value, &size) == ONI_STATUS_OK) raisePropertyChanged(id, value, size);
    }
  }

  void Deliver(int index, int count, uint64_t timestampUs, bool resized) {
    if (!running_) return;
    OniFrame* frame = getServices().acquireFrame();
    if (frame == nullptr) return;
    frame->sensorType = sensor_;
    frame->videoMode = mode_;
    frame->width = mode_.resolutionX;
    // A driver that changes its picture under the program's feet.
    frame->height = resized ? mode_.resolutionY / 2 : mode_.resolutionY;
    frame->stride = Stride();
    frame->dataSize = Stride() * frame->height;
    frame->croppingEnabled = FALSE;
    frame->cropOriginX = frame->cropOriginY = 0;
    frame->timestamp = timestampUs;
    frame->frameIndex = count;
    std::memcpy(frame->data, frames_.Start(index, sensor_), frame->dataSize);
    raiseNewFrame(frame);
    getServices().releaseFrame(frame);
  }

 private:
  int Stride() const { return mode_.resolutionX * (sensor_ == ONI_SENSOR_COLOR ? 3 : 2); }

  template <typename Value>
  static OniStatus Give(Value value, void* data, int* size) {
    if (*size < int(sizeof(value))) return ONI_STATUS_BAD_PARAMETER;
    std::memcpy(data, &value, sizeof(value));
    *size = sizeof(value);
    return ONI_STATUS_OK;
  }

  const Frames& frames_;
  OniSensorType sensor_;
  OniVideoMode mode_{};
  float horizontalFov_ = 0, verticalFov_ = 0;
  std::atomic<bool> running_{false};
};

class Device : public oni::driver::DeviceBase {
 public:
  Device(const Frames& frames, std::function<void()> unplug);
  ~Device() override {
    stop_ = true;
    thread_.join();
  }

  OniStatus getSensorInfoList(OniSensorInfo** sensors, int* count) override {
    *sensors = sensors_.data();
    *count = int(sensors_.size());
    return ONI_STATUS_OK;
  }

  oni::driver::StreamBase* createStream(OniSensorType sensor) override {
    std::lock_guard<std::mutex> lock(mutex_);
    streams_.push_back(new Stream(frames_, sensor));
    return streams_.back();
  }

  void destroyStream(oni::driver::StreamBase* stream) override {
    std::lock_guard<std::mutex> lock(mutex_);
    for (size_t index = 0; index < streams_.size(); ++index) {
      if (streams_[index] != stream) continue;
      streams_.erase(streams_.begin() + index);
      break;
    }
    delete stream;
  }

  OniBool isPropertySupported(int id) override { return id == ONI_DEVICE_PROPERTY_IMAGE_REGISTRATION || id == ONI_DEVICE_PROPERTY_SERIAL_NUMBER; }
  OniStatus getProperty(int id, void* data, int* size) override {
    if (id == ONI_DEVICE_PROPERTY_SERIAL_NUMBER) {
      std::strncpy(static_cast<char*>(data), "SYNTHETIC-1", *size);
      *size = 12;
      return ONI_STATUS_OK;
    }
    if (id != ONI_DEVICE_PROPERTY_IMAGE_REGISTRATION) return ONI_STATUS_NOT_SUPPORTED;
    *static_cast<int*>(data) = registration_;
    *size = sizeof(int);
    return ONI_STATUS_OK;
  }
  OniStatus setProperty(int id, const void* data, int) override {
    if (id != ONI_DEVICE_PROPERTY_IMAGE_REGISTRATION || !frames_.header.registered) return ONI_STATUS_NOT_SUPPORTED;
    registration_ = *static_cast<const int*>(data);
    return ONI_STATUS_OK;
  }
  OniBool isImageRegistrationModeSupported(OniImageRegistrationMode mode) override {
    return mode == ONI_IMAGE_REGISTRATION_OFF || frames_.header.registered;
  }

 private:
  void Run();

  const Frames& frames_;
  std::function<void()> unplug_;
  std::vector<OniVideoMode> modes_;
  std::vector<OniSensorInfo> sensors_;
  std::mutex mutex_;
  std::vector<Stream*> streams_;
  int registration_ = ONI_IMAGE_REGISTRATION_OFF;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

Device::Device(const Frames& frames, std::function<void()> unplug) : frames_(frames), unplug_(std::move(unplug)) {
  const Header& header = frames.header;
  modes_ = {{ONI_PIXEL_FORMAT_RGB888, header.colorWidth, header.colorHeight, header.fps},
            {ONI_PIXEL_FORMAT_DEPTH_1_MM, header.depthWidth, header.depthHeight, header.fps},
            {ONI_PIXEL_FORMAT_GRAY16, header.depthWidth, header.depthHeight, header.fps}};
  sensors_ = {{ONI_SENSOR_COLOR, 1, &modes_[0]}, {ONI_SENSOR_DEPTH, 1, &modes_[1]}};
  if (header.hasInfrared) sensors_.push_back({ONI_SENSOR_IR, 1, &modes_[2]});
  thread_ = std::thread([this] { Run(); });
}

void Device::Run() {
  std::string fault = "none";
  int faultAfter = -1;
  if (const char* text = std::getenv("FACELATCH_SYNTHETIC_FAULT")) {
    const std::string all = text;
    const size_t colon = all.find(':');
    fault = all.substr(0, colon);
    if (colon != std::string::npos) faultAfter = std::atoi(all.c_str() + colon + 1);
  }
  const Header& header = frames_.header;
  const auto period = std::chrono::microseconds(1000000 / header.fps);
  auto next = std::chrono::steady_clock::now();
  const size_t wanted = header.hasInfrared ? 3 : 2;
  for (int count = 0; !stop_;) {
    std::this_thread::sleep_until(next += period);
    std::lock_guard<std::mutex> lock(mutex_);
    size_t running = 0;
    for (Stream* stream : streams_) running += stream->running() ? 1 : 0;
    // A recorder starts the streams one after another: begin with the first frame that all of them see.
    if (running < std::min(wanted, streams_.size()) || streams_.empty()) continue;
    if (count == faultAfter && fault == "unplug") {
      unplug_();
      return;
    }
    if (faultAfter >= 0 && count >= faultAfter && fault == "stall") continue;
    const uint64_t timestampUs = uint64_t(count) * 1000000 / header.fps;
    for (Stream* stream : streams_) {
      stream->Deliver(count % header.frames, count + 1, timestampUs, fault == "resize" && faultAfter >= 0 && count >= faultAfter);
    }
    ++count;
  }
}

class Driver : public oni::driver::DriverBase {
 public:
  explicit Driver(OniDriverServices* services) : DriverBase(services) {}

  OniStatus initialize(oni::driver::DeviceConnectedCallback connected, oni::driver::DeviceDisconnectedCallback disconnected,
                       oni::driver::DeviceStateChangedCallback changed, void* cookie) override {
    DriverBase::initialize(connected, disconnected, changed, cookie);
    if (!frames_.Read(std::getenv("FACELATCH_SYNTHETIC_FRAMES"))) return ONI_STATUS_OK;
    std::strcpy(info_.uri, "synthetic://1");
    std::strcpy(info_.vendor, "Facelatch");
    std::strcpy(info_.name, "Synthetic depth camera");
    info_.usbVendorId = 0x1209;
    info_.usbProductId = 0x0001;
    deviceConnected(&info_);
    return ONI_STATUS_OK;
  }

  oni::driver::DeviceBase* deviceOpen(const char*, const char*) override {
    return new Device(frames_, [this] {
      unplugged_ = true;
      deviceDisconnected(&info_);
    });
  }

  // An unplugged camera is plugged in again as soon as the program has let go of it.
  void deviceClose(oni::driver::DeviceBase* device) override {
    delete device;
    if (unplugged_.exchange(false)) deviceConnected(&info_);
  }
  void shutdown() override {}

 private:
  Frames frames_;
  OniDeviceInfo info_{};
  std::atomic<bool> unplugged_{false};
};

}  // namespace

ONI_EXPORT_DRIVER(Driver)
