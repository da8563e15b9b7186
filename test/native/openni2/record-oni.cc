// record-oni FILE: records the first camera into an .oni file, with OpenNI's own recorder, until it has given no frame for a second.
#include <OniCAPI.h>

#include <cstdio>
#include <vector>

#define CHECK(call)                                                              \
  if ((call) != ONI_STATUS_OK) {                                                 \
    std::fprintf(stderr, "%s: %s\n", #call, oniGetExtendedError());              \
    return 1;                                                                    \
  }

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  CHECK(oniInitialize(ONI_API_VERSION));
  OniDeviceInfo* devices = nullptr;
  int count = 0;
  CHECK(oniGetDeviceList(&devices, &count));
  if (count == 0) return 3;
  OniDeviceHandle device = nullptr;
  CHECK(oniDeviceOpen(devices[0].uri, &device));
  const int registration = ONI_IMAGE_REGISTRATION_DEPTH_TO_COLOR;
  oniDeviceSetProperty(device, ONI_DEVICE_PROPERTY_IMAGE_REGISTRATION, &registration, sizeof(registration));
  OniRecorderHandle recorder = nullptr;
  CHECK(oniCreateRecorder(argv[1], &recorder));
  std::vector<OniStreamHandle> streams;
  OniStreamHandle depth = nullptr;
  for (OniSensorType sensor : {ONI_SENSOR_COLOR, ONI_SENSOR_IR, ONI_SENSOR_DEPTH}) {
    if (oniDeviceGetSensorInfo(device, sensor) == nullptr) continue;
    OniStreamHandle stream = nullptr;
    CHECK(oniDeviceCreateStream(device, sensor, &stream));
    CHECK(oniRecorderAttachStream(recorder, stream, FALSE));
    streams.push_back(stream);
    if (sensor == ONI_SENSOR_DEPTH) depth = stream;
  }
  CHECK(oniRecorderStart(recorder));
  for (OniStreamHandle stream : streams) CHECK(oniStreamStart(stream));
  int index = 0;
  while (oniWaitForAnyStream(&depth, 1, &index, 1000) == ONI_STATUS_OK) {
    OniFrame* frame = nullptr;
    CHECK(oniStreamReadFrame(depth, &frame));
    oniFrameRelease(frame);
  }
  for (OniStreamHandle stream : streams) oniStreamStop(stream);
  oniRecorderStop(recorder);
  oniRecorderDestroy(&recorder);
  for (OniStreamHandle stream : streams) oniStreamDestroy(stream);
  oniDeviceClose(device);
  oniShutdown();
  return 0;
}
