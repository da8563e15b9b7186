#include "library.h"

#include <dlfcn.h>

namespace facelatch {

Library& Library::Instance() {
  // Never destroyed: OpenNI's threads may call back until the process ends.
  static Library* library = new Library();
  return *library;
}

std::string Library::Load(const std::vector<std::string>& candidates) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (loaded_) return "";
  std::string reason = "no library to try";
  for (const std::string& candidate : candidates) {
    void* handle = dlopen(candidate.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* error = dlerror();
      reason = error == nullptr ? candidate + " cannot be loaded" : error;
      continue;
    }
    std::string missing;
    if (!Resolve(handle, &missing)) {
      reason = candidate + " lacks " + missing;
      dlclose(handle);
      continue;
    }
    if (oni.oniInitialize(openni::kApiVersion) != openni::kOk) {
      reason = candidate + ": " + LastError();
      // Not closed: a half-started OpenNI may have left threads behind.
      continue;
    }
    openni::DeviceCallbacks callbacks = {
        [](const openni::DeviceInfo*, void*) {},
        [](const openni::DeviceInfo* info, void* self) { static_cast<Library*>(self)->TellGone(info); },
        [](const openni::DeviceInfo* info, int state, void* self) {
          if (state == openni::kStateError) static_cast<Library*>(self)->TellGone(info);
        }};
    oni.oniRegisterDeviceCallbacks(&callbacks, this, &callbacks_);
    path_ = candidate;
    loaded_ = true;
    return "";
  }
  return reason;
}

bool Library::Resolve(void* handle, std::string* missing) {
#define F(type, name, arguments)                                             \
  oni.name = reinterpret_cast<decltype(oni.name)>(dlsym(handle, #name)); \
  if (oni.name == nullptr) {                                                 \
    *missing = #name;                                                        \
    return false;                                                            \
  }
  FACELATCH_OPENNI_FUNCTIONS(F)
#undef F
  return true;
}

std::string Library::version() const {
  const openni::Version v = oni.oniGetVersion();
  return std::to_string(v.major) + "." + std::to_string(v.minor) + "." + std::to_string(v.maintenance) + "." + std::to_string(v.build);
}

std::vector<openni::DeviceInfo> Library::Devices() {
  openni::DeviceInfo* list = nullptr;
  int count = 0;
  if (!loaded_ || oni.oniGetDeviceList(&list, &count) != openni::kOk) return {};
  std::vector<openni::DeviceInfo> devices(list, list + count);
  oni.oniReleaseDeviceList(list);
  return devices;
}

std::string Library::LastError() const {
  const char* error = oni.oniGetExtendedError();
  std::string line = error == nullptr ? "" : error;
  for (char& letter : line) {
    if (letter == '\n' || letter == '\r' || letter == '\t') letter = ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line.empty() ? "OpenNI gives no reason" : line;
}

void Library::Listen(DeviceListener* listener) {
  std::lock_guard<std::mutex> lock(mutex_);
  listeners_.insert(listener);
}

void Library::Unlisten(DeviceListener* listener) {
  std::lock_guard<std::mutex> lock(mutex_);
  listeners_.erase(listener);
}

void Library::TellGone(const openni::DeviceInfo* info) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (DeviceListener* listener : listeners_) listener->DeviceGone(info->uri);
}

}  // namespace facelatch
