// The JavaScript face of the OpenNI driver; main/capture/openni2/addon.ts describes it in types.
#include <napi.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "library.h"
#include "openni_thread.h"
#include "session.h"

namespace facelatch {

namespace {

Napi::Object DescribeDevice(Napi::Env env, const openni::DeviceInfo& device) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("uri", device.uri);
  object.Set("vendor", device.vendor);
  object.Set("name", device.name);
  object.Set("usbVendorId", device.usbVendorId);
  object.Set("usbProductId", device.usbProductId);
  return object;
}

Napi::Object DescribePicture(Napi::Env env, const Picture& picture) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("width", picture.width);
  object.Set("height", picture.height);
  object.Set("fps", picture.fps);
  object.Set("horizontalFovRad", picture.horizontalFov);
  object.Set("verticalFovRad", picture.verticalFov);
  return object;
}

Napi::Object Failure(Napi::Env env, const std::string& reason) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("kind", "failed");
  object.Set("reason", reason);
  return object;
}

// The wrapped session. It is closed before the environment ends, and before the arrays it writes into are given up.
class SessionObject : public Napi::ObjectWrap<SessionObject> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Session",
                       {InstanceMethod<&SessionObject::Start>("start"), InstanceMethod<&SessionObject::Next>("next"),
                        InstanceMethod<&SessionObject::Stop>("stop")});
  }

  explicit SessionObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SessionObject>(info) {}
  ~SessionObject() override { End(); }

  void Adopt(std::unique_ptr<Session> session) { session_ = std::move(session); }

 private:
  static void EnvironmentEnds(void* self) { static_cast<SessionObject*>(self)->End(); }

  void End() {
    if (session_ == nullptr) return;
    OpenniThread::Instance().Do([this] { session_.reset(); });
    ReleaseEvents();
  }

  // The function that calls JavaScript, for whoever closes the session: it is released after that.
  Napi::ThreadSafeFunction TakeEvents() {
    Napi::ThreadSafeFunction events = events_;
    if (events) napi_remove_env_cleanup_hook(Env(), &SessionObject::EnvironmentEnds, this);
    events_ = {};
    return events;
  }

  void ReleaseEvents() {
    Napi::ThreadSafeFunction events = TakeEvents();
    if (events) events.Release();
  }

  // start({control, capturedAtMs, slots: [{color, depthMm, infrared}]}, nowMs, paced, onEvent)
  void Start(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    if (session_ == nullptr || events_) {
      Napi::Error::New(env, "the session is closed or already streams").ThrowAsJavaScriptException();
      return;
    }
    Napi::Object memory = info[0].As<Napi::Object>();
    const SessionInfo& about = session_->info();
    const size_t colorBytes = static_cast<size_t>(about.color.width) * about.color.height * 4;
    const size_t depthPixels = static_cast<size_t>(about.depth.width) * about.depth.height;
    RingWriter ring;
    Napi::Int32Array control = memory.Get("control").As<Napi::Int32Array>();
    Napi::Float64Array stamps = memory.Get("capturedAtMs").As<Napi::Float64Array>();
    Napi::Array slots = memory.Get("slots").As<Napi::Array>();
    bool fits = control.ElementLength() >= 16 && stamps.ElementLength() >= kSlots && slots.Length() == kSlots;
    ring.control = control.Data();
    ring.capturedAtMs = stamps.Data();
    for (uint32_t index = 0; fits && index < kSlots; ++index) {
      Napi::Object slot = slots.Get(index).As<Napi::Object>();
      Napi::Uint8Array color = slot.Get("color").As<Napi::Uint8Array>();
      Napi::Uint16Array depth = slot.Get("depthMm").As<Napi::Uint16Array>();
      Napi::Uint8Array infrared = slot.Get("infrared").As<Napi::Uint8Array>();
      fits = color.ByteLength() >= colorBytes && depth.ElementLength() >= depthPixels && infrared.ByteLength() >= depthPixels;
      ring.slots[index] = {color.Data(), depth.Data(), infrared.Data()};
    }
    if (!fits) {
      Napi::RangeError::New(env, "the frame ring is smaller than the camera's pictures").ThrowAsJavaScriptException();
      return;
    }
    memory_ = Napi::Persistent(memory);
    events_ = Napi::ThreadSafeFunction::New(env, info[3].As<Napi::Function>(), "openni2", 0, 1);
    // Hooks run last come first: the session must be closed before the function it calls is taken away.
    napi_add_env_cleanup_hook(env, &SessionObject::EnvironmentEnds, this);
    const double nowMs = info[1].As<Napi::Number>().DoubleValue();
    const bool paced = info[2].As<Napi::Boolean>().Value();
    OpenniThread::Instance().Do(
        [&] { session_->Start(ring, nowMs, paced, [this](Event event, const std::string& reason) { Tell(event, reason); }); });
  }

  // On the OpenNI thread. Frames are announced once until JavaScript has heard of them: it fetches the newest anyway.
  void Tell(Event event, const std::string& reason) {
    if (event == Event::kFrame && announced_->exchange(true)) return;
    // The call may run after this object is gone, so it holds what it needs.
    events_.NonBlockingCall([announced = announced_, event, reason](Napi::Env env, Napi::Function listener) {
      if (event == Event::kFrame) *announced = false;
      const char* name = event == Event::kFrame ? "frame" : event == Event::kLost ? "lost" : "ended";
      listener.Call({Napi::String::New(env, name), Napi::String::New(env, reason)});
    });
  }

  void Next(const Napi::CallbackInfo&) {
    if (session_ != nullptr) session_->Next();
  }

  // Ends reading and closes the device; the promise resolves when it is closed.
  Napi::Value Stop(const Napi::CallbackInfo& info);

  std::unique_ptr<Session> session_;
  Napi::ObjectReference memory_;
  Napi::ThreadSafeFunction events_;
  std::shared_ptr<std::atomic<bool>> announced_ = std::make_shared<std::atomic<bool>>(false);

  friend class StopWorker;
};

class StopWorker : public Napi::AsyncWorker {
 public:
  StopWorker(Napi::Env env, Napi::Object session, std::unique_ptr<Session> open, Napi::ThreadSafeFunction events)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), keep_(Napi::Persistent(session)), open_(std::move(open)), events_(events) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override {
    if (open_ != nullptr) OpenniThread::Instance().Do([this] { open_.reset(); });
  }

  void OnOK() override {
    if (events_) events_.Release();
    deferred_.Resolve(Env().Undefined());
  }

  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference keep_;
  std::unique_ptr<Session> open_;
  Napi::ThreadSafeFunction events_;
};

Napi::Value SessionObject::Stop(const Napi::CallbackInfo& info) {
  auto* worker = new StopWorker(info.Env(), info.This().As<Napi::Object>(), std::move(session_), TakeEvents());
  worker->Queue();
  return worker->promise();
}

struct Classes {
  Napi::FunctionReference session;
};

class OpenWorker : public Napi::AsyncWorker {
 public:
  OpenWorker(Napi::Env env, std::string uri) : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), uri_(std::move(uri)) {}
  ~OpenWorker() override {
    // Nobody took it: the environment ended while it was being opened.
    if (session_ != nullptr) OpenniThread::Instance().Do([this] { session_.reset(); });
  }
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override {
    if (!Library::Instance().loaded()) {
      reason_ = "OpenNI is not loaded";
      return;
    }
    OpenniThread::Instance().Do([this] { session_ = Session::Open(uri_, &reason_); });
  }

  void OnOK() override {
    Napi::Env env = Env();
    if (session_ == nullptr) {
      deferred_.Resolve(Failure(env, reason_));
      return;
    }
    const SessionInfo about = session_->info();
    Napi::Object session = env.GetInstanceData<Classes>()->session.New({});
    SessionObject::Unwrap(session)->Adopt(std::move(session_));
    Napi::Object info = DescribeDevice(env, about.device);
    info.Set("serial", about.serial);
    info.Set("isFile", about.isFile);
    info.Set("registered", about.registered);
    info.Set("hasInfrared", about.hasInfrared);
    info.Set("frames", about.frames);
    info.Set("color", DescribePicture(env, about.color));
    info.Set("depth", DescribePicture(env, about.depth));
    Napi::Object result = Napi::Object::New(env);
    result.Set("kind", "opened");
    result.Set("info", info);
    result.Set("session", session);
    deferred_.Resolve(result);
  }

  Napi::Promise::Deferred deferred_;
  std::string uri_;
  std::string reason_;
  std::unique_ptr<Session> session_;
};

class LoadWorker : public Napi::AsyncWorker {
 public:
  LoadWorker(Napi::Env env, std::vector<std::string> candidates)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), candidates_(std::move(candidates)) {}
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override {
    OpenniThread::Instance().Do([this] { reason_ = Library::Instance().Load(candidates_); });
  }

  void OnOK() override {
    Napi::Env env = Env();
    Library& library = Library::Instance();
    if (!library.loaded()) {
      deferred_.Resolve(Failure(env, reason_));
      return;
    }
    Napi::Object result = Napi::Object::New(env);
    result.Set("kind", "loaded");
    result.Set("path", library.path());
    result.Set("version", library.version());
    deferred_.Resolve(result);
  }

  Napi::Promise::Deferred deferred_;
  std::vector<std::string> candidates_;
  std::string reason_;
};

Napi::Value Load(const Napi::CallbackInfo& info) {
  Napi::Array list = info[0].As<Napi::Array>();
  std::vector<std::string> candidates;
  for (uint32_t index = 0; index < list.Length(); ++index) candidates.push_back(list.Get(index).ToString().Utf8Value());
  auto* worker = new LoadWorker(info.Env(), std::move(candidates));
  worker->Queue();
  return worker->promise();
}

class ListWorker : public Napi::AsyncWorker {
 public:
  explicit ListWorker(Napi::Env env) : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)) {}
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override {
    OpenniThread::Instance().Do([this] { devices_ = Library::Instance().Devices(); });
  }

  void OnOK() override {
    Napi::Array list = Napi::Array::New(Env(), devices_.size());
    for (size_t index = 0; index < devices_.size(); ++index) list.Set(static_cast<uint32_t>(index), DescribeDevice(Env(), devices_[index]));
    deferred_.Resolve(list);
  }

  Napi::Promise::Deferred deferred_;
  std::vector<openni::DeviceInfo> devices_;
};

Napi::Value List(const Napi::CallbackInfo& info) {
  auto* worker = new ListWorker(info.Env());
  worker->Queue();
  return worker->promise();
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  auto* worker = new OpenWorker(info.Env(), info[0].ToString().Utf8Value());
  worker->Queue();
  return worker->promise();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto* classes = new Classes();
  classes->session = Napi::Persistent(SessionObject::Define(env));
  env.SetInstanceData(classes);
  exports.Set("load", Napi::Function::New<Load>(env, "load"));
  exports.Set("list", Napi::Function::New<List>(env, "list"));
  exports.Set("open", Napi::Function::New<Open>(env, "open"));
  return exports;
}

}  // namespace

NODE_API_MODULE(openni2, Init)

}  // namespace facelatch
