// Long seeded random scripts of calls, made by several peers one call at a time, on the library and on a model of it.
// Results, last errors, blocked threads, and every object's state must agree after every call.
//
// RTSS_TEST_SEED picks another script, RTSS_TEST_SCALE makes more of them. A failure names its seed and step.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/stress/model.h"
#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

constexpr int kCallers = 4;  // the last is the test itself, which never blocks
constexpr int kSelf = kCallers - 1;
constexpr int kObjects = 6;
constexpr int kSteps = 400;

unsigned from_environment(const char* name, unsigned fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

HANDLE open_object(ModelKind kind, Name name) {
  switch (kind) {
    case ModelKind::kMutex:
      return open_mutex(name);
    case ModelKind::kAutoEvent:
    case ModelKind::kManualEvent:
      return open_event(name);
    case ModelKind::kSemaphore:
      return open_semaphore(name);
  }
  return nullptr;
}

struct Named {
  std::string name;
  ModelObject object;
};

template <class PeerType>
class Script {
 public:
  explicit Script(unsigned seed) : random_(seed), model_(make_objects(), kCallers) {
    for (int i = 0; i < kCallers; ++i) pending_.emplace_back();
    for (const Named& named : named_) handles_[kSelf].add(open_object(named.object.kind, Name(named.name.c_str())));
    for (int caller = 0; caller < kSelf; ++caller) revive(caller);
  }

  void run() {
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step) + " " + last_);
      one_step();
    }
    for (int caller = 0; caller < kSelf; ++caller) {
      last_ = "final end of " + std::to_string(caller);
      end(caller);
      finish_waits();  // a peer that is killed before it has its grant gives the unit back, which the model does not do
    }
    for (int object = 0; object < kObjects; ++object) {
      while (model_.objects()[static_cast<std::size_t>(object)].owner == kSelf) {
        expect(model_.release_mutex(kSelf, object), call(kSelf, release_mutex, handle(kSelf, object)));
      }
    }
  }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  // Objects under the slots' order, in which a caller's end abandons them.
  std::vector<ModelObject> make_objects() {
    for (int i = 0; i < kObjects; ++i) named_.push_back(make_object("D" + std::to_string(i)));
    std::ranges::sort(named_, {}, [](const Named& named) { return view().object(named.name)->slot; });
    std::vector<ModelObject> objects;
    for (const Named& named : named_) objects.push_back(named.object);
    return objects;
  }

  Named make_object(const std::string& name) {
    ModelObject object{.kind = static_cast<ModelKind>(pick(4))};
    object.set = pick(2) == 1;
    object.maximum = 1 + pick(4);
    object.count = pick(object.maximum + 1);
    switch (object.kind) {
      case ModelKind::kMutex:
        create_mutex(Name(name.c_str()), FALSE);
        break;
      case ModelKind::kAutoEvent:
        create_event(Name(name.c_str()), FALSE, object.set);
        break;
      case ModelKind::kManualEvent:
        create_event(Name(name.c_str()), TRUE, object.set);
        break;
      case ModelKind::kSemaphore:
        create_semaphore(Name(name.c_str()), object.count, object.maximum);
        break;
    }
    return {name, object};
  }

  void revive(int caller) {
    const auto i = static_cast<std::size_t>(caller);
    peers_[i] = std::make_unique<PeerType>();
    handles_[i] = {};
    for (const Named& named : named_) {
      handles_[i].add(peers_[i]->call(open_object, named.object.kind, Name(named.name.c_str())));
    }
  }

  HANDLE handle(int caller, int object) { return handles_[static_cast<std::size_t>(caller)].items[object]; }

  // A call that cannot block, by a peer or by the test itself.
  template <class Function, class... Arguments>
  Outcome call(int caller, Function function, const Arguments&... arguments) {
    if (caller == kSelf) {
      SetLastError(kUntouchedError);
      const auto result = static_cast<DWORD>(function(arguments...));
      return {result, GetLastError()};
    }
    PeerType& peer = *peers_[static_cast<std::size_t>(caller)];
    const auto result = static_cast<DWORD>(peer.call(function, arguments...));
    return {result, peer.last_error()};
  }

  void expect(const Outcome& wanted, const Outcome& got) {
    EXPECT_EQ(got.result, wanted.result);
    EXPECT_EQ(got.error, wanted.error);
  }

  void one_step() {
    const int caller = pick(kCallers);
    const int kind = pick(100);
    if (caller != kSelf && kind < 4) {
      last_ = "end of " + std::to_string(caller);
      end(caller);
      revive(caller);
    } else if (caller == kSelf || !model_.is_blocked(caller)) {
      if (kind < 55)
        wait(caller);
      else
        change(caller);
    }
    finish_waits();
    compare_states();
  }

  void wait(int caller) {
    std::vector<int> on;
    const int count = 1 + pick(4);
    for (int i = 0; i < count; ++i) on.push_back(pick(kObjects));
    const bool all = pick(2) == 1;
    const bool poll = caller == kSelf || pick(4) == 0;
    last_ = std::to_string(caller) + (all ? " waits for all of" : " waits for any of");
    Handles handles;
    for (const int object : on) {
      handles.add(handle(caller, object));
      last_ += " " + named_[static_cast<std::size_t>(object)].name;
    }
    const DWORD timeout = poll ? 0 : INFINITE;
    const std::optional<Outcome> wanted = model_.wait(caller, on, all, poll);
    const auto function = all ? wait_all : wait_any;
    if (wanted) return expect(*wanted, call(caller, function, handles, timeout));
    PeerType& peer = *peers_[static_cast<std::size_t>(caller)];
    pending_[static_cast<std::size_t>(caller)].emplace(peer.start(function, handles, timeout));
    await("the waiter to block", [&] { return is_blocked(peer) || peer.answered(); });
  }

  void change(int caller) {
    const int object = pick(kObjects);
    const std::string who = std::to_string(caller);
    const std::string& name = named_[static_cast<std::size_t>(object)].name;
    const HANDLE on = handle(caller, object);
    switch (pick(6)) {
      case 0:
        last_ = who + " sets " + name;
        return expect(model_.set_event(object), call(caller, set_event, on));
      case 1:
        last_ = who + " resets " + name;
        return expect(model_.reset_event(object), call(caller, reset_event, on));
      case 2:
        last_ = who + " pulses " + name;
        return expect(model_.pulse_event(object), call(caller, pulse_event, on));
      case 3: {
        const LONG count = pick(4);
        last_ = who + " posts " + std::to_string(count) + " to " + name;
        return expect(model_.release_semaphore(object, count), call(caller, release_semaphore, on, count));
      }
      default:
        last_ = who + " releases " + name;
        return expect(model_.release_mutex(caller, object), call(caller, release_mutex, on));
    }
  }

  // The peer ends, by cancellation or SIGKILL when it is blocked. Death is noticed a moment after it happened.
  void end(int caller) {
    const auto i = static_cast<std::size_t>(caller);
    peers_[i]->end();
    pending_[i].reset();
    model_.end(caller);
    await("the end to be noticed", [&] { return states_agree(); });
  }

  void finish_waits() {
    for (const Completion& completion : model_.take_completions()) {
      const auto i = static_cast<std::size_t>(completion.caller);
      ASSERT_TRUE(pending_[i].has_value());
      const DWORD result = pending_[i]->get();
      pending_[i].reset();
      expect(completion.outcome, {result, peers_[i]->last_error()});
    }
    for (int caller = 0; caller < kSelf; ++caller) {
      if (!model_.is_blocked(caller)) continue;
      EXPECT_TRUE(is_blocked(*peers_[static_cast<std::size_t>(caller)])) << "caller " << caller;
    }
  }

  DWORD tid_of(int caller) {
    if (caller == -1) return 0;
    return static_cast<DWORD>(caller == kSelf ? gettid() : peers_[static_cast<std::size_t>(caller)]->tid());
  }

  bool state_agrees(int object) {
    const ModelObject& wanted = model_.objects()[static_cast<std::size_t>(object)];
    const HANDLE on = handle(kSelf, object);
    if (wanted.kind == ModelKind::kMutex) {
      const auto mutex = query_mutex(on);
      return mutex && mutex->recursion == wanted.recursion && mutex->owner_tid == tid_of(wanted.owner) &&
             (mutex->abandoned != FALSE) == wanted.abandoned;
    }
    if (wanted.kind == ModelKind::kSemaphore) {
      const auto semaphore = query_semaphore(on);
      return semaphore && semaphore->count == wanted.count && semaphore->maximum == wanted.maximum;
    }
    const auto event = query_event(on);
    return event && (event->signaled != FALSE) == wanted.set;
  }

  bool states_agree() {
    for (int object = 0; object < kObjects; ++object) {
      if (!state_agrees(object)) return false;
    }
    return true;
  }

  void compare_states() {
    for (int object = 0; object < kObjects; ++object) {
      EXPECT_TRUE(state_agrees(object)) << named_[static_cast<std::size_t>(object)].name << "\n"
                                        << describe_namespace();
    }
  }

  std::mt19937 random_;
  std::vector<Named> named_;
  Model model_;
  std::unique_ptr<PeerType> peers_[kCallers];
  Handles handles_[kCallers];
  std::vector<std::optional<Pending<DWORD>>> pending_;
  std::string last_;
};

template <class Peer>
class Differential : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(Differential, Peers, PeerNames);

TYPED_TEST(Differential, RandomScriptsAgreeWithTheModel) {
  const unsigned scripts = 80 * from_environment("RTSS_TEST_SCALE", 1);
  const unsigned first = from_environment("RTSS_TEST_SEED", 1);
  for (unsigned seed = first; seed < first + scripts && !this->HasFailure(); ++seed) {
    SCOPED_TRACE("RTSS_TEST_SEED=" + std::to_string(seed));
    Script<TypeParam>(seed).run();
    close_all_handles();
    ASSERT_EQ(leftovers(), "");  // the next script makes the same names anew
  }
}

}  // namespace
}  // namespace rtss::test
