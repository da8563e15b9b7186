// OpenNI 2, loaded at run time: the program starts the same where it is not installed.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "openni.h"

namespace openni {

// The functions of the library, under their own names.
struct Functions {
#define F(type, name, arguments) type(*name) arguments = nullptr;
  FACELATCH_OPENNI_FUNCTIONS(F)
#undef F
};

}  // namespace openni

namespace facelatch {

// What a session is told about its device by OpenNI's own threads.
class DeviceListener {
 public:
  virtual ~DeviceListener() = default;
  virtual void DeviceGone(const std::string& uri) = 0;
};

class Library {
 public:
  // The one library of the process. OpenNI keeps global state, so it is loaded once and never unloaded.
  static Library& Instance();

  // Tries each file name in turn and starts OpenNI. Returns an empty string, or why none could be used. Later calls return the first result
  // if that was a success.
  std::string Load(const std::vector<std::string>& candidates);
  bool loaded() const { return loaded_; }
  const std::string& path() const { return path_; }
  std::string version() const;

  std::vector<openni::DeviceInfo> Devices();
  // What OpenNI says of its last error, on one line.
  std::string LastError() const;

  void Listen(DeviceListener* listener);
  void Unlisten(DeviceListener* listener);


  openni::Functions oni;

 private:
  Library() = default;
  bool Resolve(void* handle, std::string* missing);
  void TellGone(const openni::DeviceInfo* info);

  bool loaded_ = false;
  std::string path_;
  std::mutex mutex_;
  std::set<DeviceListener*> listeners_;
  openni::CallbackHandle callbacks_ = nullptr;
};

}  // namespace facelatch
