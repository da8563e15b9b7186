// The one thread that calls OpenNI. The library remembers every thread that ever called it and, to tidy up, later asks the system about
// them (pthread_kill on a thread that has ended), which crashes: so every call comes from a single thread that lives as long as the process.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>

namespace facelatch {

class Session;

class OpenniThread {
 public:
  static OpenniThread& Instance();

  // Runs `task` on the thread and returns when it is done. Waits for the tasks before it, and for one round of reading at most.
  void Do(const std::function<void()>& task);
  // Has the thread look again at what its sessions want.
  void Wake();

  // On the thread only: sessions whose streams it reads.
  void Add(Session* session) { sessions_.insert(session); }
  void Remove(Session* session) { sessions_.erase(session); }

 private:
  OpenniThread();
  void Run();
  bool RunTask();
  void ReadOnce();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool woken_ = false;
  std::set<Session*> sessions_;
};

}  // namespace facelatch
