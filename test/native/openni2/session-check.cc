// session-check LIBRARY FILE.oni: drives the addon's C++ without Node, so that sanitizers and valgrind see all of it: opens the synthetic
// camera and the recording, streams, loses the camera, closes, over and over. Environment as in synthetic-driver.cc.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "../../../native/openni2/src/library.h"
#include "../../../native/openni2/src/openni_thread.h"
#include "../../../native/openni2/src/session.h"

using namespace facelatch;

namespace {

struct Memory {
  std::vector<int32_t> control = std::vector<int32_t>(16, 0);
  std::vector<double> stamps = std::vector<double>(kSlots, 0);
  std::vector<std::vector<uint8_t>> color, infrared;
  std::vector<std::vector<uint16_t>> depth;
  RingWriter ring;

  // Exactly as large as the pictures, so that one byte too many is caught.
  explicit Memory(const SessionInfo& info) {
    control[0] = 1;
    ring.control = control.data();
    ring.capturedAtMs = stamps.data();
    color.resize(kSlots);
    infrared.resize(kSlots);
    depth.resize(kSlots);
    for (int index = 0; index < kSlots; ++index) {
      color[index].resize(size_t(info.color.width) * info.color.height * 4);
      depth[index].resize(size_t(info.depth.width) * info.depth.height);
      infrared[index].resize(size_t(info.depth.width) * info.depth.height);
      ring.slots[index] = {color[index].data(), depth[index].data(), infrared[index].data()};
    }
  }
};

// Streams until `frames` have come or the session ended; returns how many came.
int Stream(const char* uri, bool paced, int frames) {
  OpenniThread& thread = OpenniThread::Instance();
  std::unique_ptr<Session> session;
  std::string reason;
  thread.Do([&] { session = Session::Open(uri, &reason); });
  if (session == nullptr) {
    std::fprintf(stderr, "%s: %s\n", uri, reason.c_str());
    std::exit(1);
  }
  Memory memory(session->info());
  std::atomic<int> count{0};
  std::atomic<bool> over{false};
  Session* raw = session.get();
  thread.Do([&] {
    session->Start(memory.ring, 0, paced, [&](Event event, const std::string&) {
      if (event != Event::kFrame) {
        over = true;
        return;
      }
      ++count;
      if (paced) raw->Next();
    });
  });
  for (int waits = 0; waits < 3000 && count < frames && !over; ++waits) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  thread.Do([&] { session.reset(); });
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::string reason;
  OpenniThread::Instance().Do([&] { reason = Library::Instance().Load({"/nowhere/libOpenNI2.so", argv[1]}); });
  if (!reason.empty()) {
    std::fprintf(stderr, "%s\n", reason.c_str());
    return 1;
  }
  const int live = Stream("synthetic://1", false, 1000);
  const int played = Stream(argv[2], true, 1000);
  const int looped = Stream(argv[2], false, 20);
  const int again = Stream("synthetic://1", false, 3);
  std::printf("%d %d %d %d\n", live, played, looped, again);
  std::fflush(stdout);
  // OpenNI itself is never unloaded; what it holds on to is not ours.
  std::_Exit(0);
}
