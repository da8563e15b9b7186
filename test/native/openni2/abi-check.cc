// Compiled, never run: what native/openni2/src/openni.h declares must agree with OpenNI's own headers.
#include <OniCAPI.h>

#include <cstddef>
#include <type_traits>

#include "../../../native/openni2/src/openni.h"

#define SAME_FIELD(ours, our, theirs, their)                                                    \
  static_assert(offsetof(ours, our) == offsetof(theirs, their), #ours "::" #our " is elsewhere"); \
  static_assert(sizeof(ours::our) == sizeof(theirs::their), #ours "::" #our " has another size")

static_assert(sizeof(openni::Version) == sizeof(OniVersion));
static_assert(sizeof(openni::VideoMode) == sizeof(OniVideoMode));
SAME_FIELD(openni::VideoMode, pixelFormat, OniVideoMode, pixelFormat);
SAME_FIELD(openni::VideoMode, width, OniVideoMode, resolutionX);
SAME_FIELD(openni::VideoMode, height, OniVideoMode, resolutionY);
SAME_FIELD(openni::VideoMode, fps, OniVideoMode, fps);
static_assert(sizeof(openni::SensorInfo) == sizeof(OniSensorInfo));
SAME_FIELD(openni::SensorInfo, sensor, OniSensorInfo, sensorType);
SAME_FIELD(openni::SensorInfo, modeCount, OniSensorInfo, numSupportedVideoModes);
SAME_FIELD(openni::SensorInfo, modes, OniSensorInfo, pSupportedVideoModes);
static_assert(sizeof(openni::DeviceInfo) == sizeof(OniDeviceInfo));
SAME_FIELD(openni::DeviceInfo, uri, OniDeviceInfo, uri);
SAME_FIELD(openni::DeviceInfo, vendor, OniDeviceInfo, vendor);
SAME_FIELD(openni::DeviceInfo, name, OniDeviceInfo, name);
SAME_FIELD(openni::DeviceInfo, usbVendorId, OniDeviceInfo, usbVendorId);
SAME_FIELD(openni::DeviceInfo, usbProductId, OniDeviceInfo, usbProductId);
static_assert(sizeof(openni::Frame) == sizeof(OniFrame));
SAME_FIELD(openni::Frame, dataSize, OniFrame, dataSize);
SAME_FIELD(openni::Frame, data, OniFrame, data);
SAME_FIELD(openni::Frame, sensor, OniFrame, sensorType);
SAME_FIELD(openni::Frame, timestampUs, OniFrame, timestamp);
SAME_FIELD(openni::Frame, frameIndex, OniFrame, frameIndex);
SAME_FIELD(openni::Frame, width, OniFrame, width);
SAME_FIELD(openni::Frame, height, OniFrame, height);
SAME_FIELD(openni::Frame, videoMode, OniFrame, videoMode);
SAME_FIELD(openni::Frame, stride, OniFrame, stride);
static_assert(sizeof(openni::DeviceCallbacks) == sizeof(OniDeviceCallbacks));
SAME_FIELD(openni::DeviceCallbacks, connected, OniDeviceCallbacks, deviceConnected);
SAME_FIELD(openni::DeviceCallbacks, disconnected, OniDeviceCallbacks, deviceDisconnected);
SAME_FIELD(openni::DeviceCallbacks, stateChanged, OniDeviceCallbacks, deviceStateChanged);

static_assert(int(openni::kOk) == ONI_STATUS_OK && int(openni::kTimeOut) == ONI_STATUS_TIME_OUT && int(openni::kNoDevice) == ONI_STATUS_NO_DEVICE);
static_assert(int(openni::kInfrared) == ONI_SENSOR_IR && int(openni::kColor) == ONI_SENSOR_COLOR && int(openni::kDepth) == ONI_SENSOR_DEPTH);
static_assert(int(openni::kDepth1Mm) == ONI_PIXEL_FORMAT_DEPTH_1_MM && int(openni::kDepth100Um) == ONI_PIXEL_FORMAT_DEPTH_100_UM);
static_assert(int(openni::kRgb888) == ONI_PIXEL_FORMAT_RGB888 && int(openni::kGray8) == ONI_PIXEL_FORMAT_GRAY8);
static_assert(int(openni::kGray16) == ONI_PIXEL_FORMAT_GRAY16);
static_assert(int(openni::kStateError) == ONI_DEVICE_STATE_ERROR && int(openni::kStateEndOfFile) == ONI_DEVICE_STATE_EOF);
static_assert(int(openni::kDepthToColor) == ONI_IMAGE_REGISTRATION_DEPTH_TO_COLOR);
static_assert(openni::kSerialNumber == ONI_DEVICE_PROPERTY_SERIAL_NUMBER && openni::kImageRegistration == ONI_DEVICE_PROPERTY_IMAGE_REGISTRATION);
static_assert(openni::kPlaybackSpeed == ONI_DEVICE_PROPERTY_PLAYBACK_SPEED && openni::kPlaybackRepeat == ONI_DEVICE_PROPERTY_PLAYBACK_REPEAT_ENABLED);
static_assert(openni::kHorizontalFov == ONI_STREAM_PROPERTY_HORIZONTAL_FOV && openni::kVerticalFov == ONI_STREAM_PROPERTY_VERTICAL_FOV);
static_assert(openni::kVideoMode == ONI_STREAM_PROPERTY_VIDEO_MODE && openni::kMirroring == ONI_STREAM_PROPERTY_MIRRORING);
static_assert(openni::kMaxValue == ONI_STREAM_PROPERTY_MAX_VALUE && openni::kNumberOfFrames == ONI_STREAM_PROPERTY_NUMBER_OF_FRAMES);
static_assert(openni::kApiVersion == ONI_API_VERSION);
