// The part of OpenNI 2's C interface that is used here, declared anew so that nothing of OpenNI is needed to build. What must agree with
// OniCAPI.h to the byte is checked against the real headers by test/native/openni2/abi-check.cc.
#pragma once

#include <cstdint>

namespace openni {

enum Status : int { kOk = 0, kError = 1, kNotImplemented = 2, kNotSupported = 3, kBadParameter = 4, kOutOfFlow = 5, kNoDevice = 6, kTimeOut = 102 };
enum Sensor : int { kInfrared = 1, kColor = 2, kDepth = 3 };
enum PixelFormat : int { kDepth1Mm = 100, kDepth100Um = 101, kRgb888 = 200, kGray8 = 202, kGray16 = 203 };
enum DeviceState : int { kStateOk = 0, kStateError = 1, kStateNotReady = 2, kStateEndOfFile = 3 };
enum Registration : int { kRegistrationOff = 0, kDepthToColor = 1 };

// Properties of a device.
constexpr int kSerialNumber = 3;
constexpr int kImageRegistration = 5;
constexpr int kPlaybackSpeed = 100;
constexpr int kPlaybackRepeat = 101;
// Properties of a stream.
constexpr int kHorizontalFov = 1;
constexpr int kVerticalFov = 2;
constexpr int kVideoMode = 3;
constexpr int kMaxValue = 4;
constexpr int kMirroring = 7;
constexpr int kNumberOfFrames = 8;

// Version 2.2 of the interface.
constexpr int kApiVersion = 2002;

struct Version {
  int major, minor, maintenance, build;
};

struct VideoMode {
  int pixelFormat, width, height, fps;
};

struct SensorInfo {
  int sensor;
  int modeCount;
  VideoMode* modes;
};

struct DeviceInfo {
  char uri[256];
  char vendor[256];
  char name[256];
  uint16_t usbVendorId;
  uint16_t usbProductId;
};

struct Frame {
  int dataSize;
  void* data;
  int sensor;
  uint64_t timestampUs;
  int frameIndex;
  int width, height;
  VideoMode videoMode;
  int croppingEnabled, cropOriginX, cropOriginY;
  int stride;
};

using Device = struct DeviceImpl*;
using Stream = struct StreamImpl*;
using CallbackHandle = struct CallbackImpl*;

struct DeviceCallbacks {
  void (*connected)(const DeviceInfo*, void*);
  void (*disconnected)(const DeviceInfo*, void*);
  void (*stateChanged)(const DeviceInfo*, int state, void*);
};

// Every function of the library that is used, by its exported name.
#define FACELATCH_OPENNI_FUNCTIONS(F)                                      \
  F(int, oniInitialize, (int apiVersion))                                  \
  F(void, oniShutdown, ())                                                 \
  F(Version, oniGetVersion, ())                                            \
  F(const char*, oniGetExtendedError, ())                                  \
  F(int, oniGetDeviceList, (DeviceInfo * *devices, int* count))            \
  F(int, oniReleaseDeviceList, (DeviceInfo * devices))                     \
  F(int, oniRegisterDeviceCallbacks, (DeviceCallbacks*, void*, CallbackHandle*)) \
  F(int, oniDeviceOpen, (const char* uri, Device*))                        \
  F(int, oniDeviceClose, (Device))                                         \
  F(const SensorInfo*, oniDeviceGetSensorInfo, (Device, int sensor))       \
  F(int, oniDeviceGetInfo, (Device, DeviceInfo*))                          \
  F(int, oniDeviceCreateStream, (Device, int sensor, Stream*))             \
  F(int, oniDeviceEnableDepthColorSync, (Device))                          \
  F(int, oniDeviceSetProperty, (Device, int, const void*, int size))       \
  F(int, oniDeviceGetProperty, (Device, int, void*, int* size))            \
  F(int, oniDeviceIsPropertySupported, (Device, int))                      \
  F(int, oniDeviceIsImageRegistrationModeSupported, (Device, int mode))    \
  F(void, oniStreamDestroy, (Stream))                                      \
  F(int, oniStreamStart, (Stream))                                         \
  F(void, oniStreamStop, (Stream))                                         \
  F(int, oniStreamReadFrame, (Stream, Frame**))                            \
  F(int, oniStreamSetProperty, (Stream, int, const void*, int size))       \
  F(int, oniStreamGetProperty, (Stream, int, void*, int* size))            \
  F(int, oniWaitForAnyStream, (Stream*, int count, int* index, int timeoutMs)) \
  F(void, oniFrameRelease, (Frame*))

}  // namespace openni
