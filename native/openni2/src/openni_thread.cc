#include "openni_thread.h"

#include <future>
#include <thread>
#include <vector>

#include "library.h"
#include "session.h"

namespace facelatch {

namespace {

// How long the thread waits for a frame at most before it looks at its tasks.
constexpr int kWaitMs = 50;

}  // namespace

OpenniThread& OpenniThread::Instance() {
  // Never destroyed, as its thread never ends.
  static OpenniThread* thread = new OpenniThread();
  return *thread;
}

OpenniThread::OpenniThread() {
  std::thread([this] { Run(); }).detach();
}

void OpenniThread::Do(const std::function<void()>& task) {
  std::promise<void> done;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back([&] {
      task();
      done.set_value();
    });
  }
  changed_.notify_one();
  done.get_future().wait();
}

void OpenniThread::Wake() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void OpenniThread::Run() {
  for (;;) {
    while (RunTask()) {
    }
    ReadOnce();
  }
}

bool OpenniThread::RunTask() {
  std::function<void()> task;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (tasks_.empty()) return false;
    task = std::move(tasks_.front());
    tasks_.pop_front();
  }
  task();
  return true;
}

void OpenniThread::ReadOnce() {
  std::vector<openni::Stream> streams;
  std::vector<Session*> owners;
  for (Session* session : sessions_) {
    session->CheckDevice();
    for (openni::Stream stream : session->Wanted()) {
      streams.push_back(stream);
      owners.push_back(session);
    }
  }
  if (streams.empty()) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return woken_ || !tasks_.empty(); });
    woken_ = false;
    return;
  }
  Library& library = Library::Instance();
  int index = 0;
  const int status = library.oni.oniWaitForAnyStream(streams.data(), static_cast<int>(streams.size()), &index, kWaitMs);
  if (status == openni::kOk) {
    owners[index]->Read(streams[index]);
  } else if (status == openni::kTimeOut) {
    for (Session* session : sessions_) session->NothingCame();
  } else {
    for (Session* session : sessions_) session->Lose(library.LastError());
  }
}

}  // namespace facelatch
