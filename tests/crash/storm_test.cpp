// A kill storm: processes that do everything at random are killed at random, several at a time, some of them at a
// labelled step, some by an exec from a thread that is not the leader, some by main's pthread_exit while their threads
// are still in calls; a bystander is stopped meanwhile, and slots are reused. Afterwards every unit is accounted for,
// every mutex can be had and nothing is left of the dead.
//
// Accounting: a thread notes in the arena what it is about to post or take, calls, counts, and clears the note. What a
// killed thread had noted may or may not have happened; nothing else may be missing or too many.
// RTSS_STORM_SECONDS, RTSS_STORM_ENDS and RTSS_STORM_SEED choose how long at most, how many ends, and which storm.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/labels.h"
#include "tests/crash/scene.h"

namespace rtss::test {
namespace {

constexpr std::uint32_t kWorkers = 6;
constexpr std::uint32_t kThreads = 3;
constexpr std::uint32_t kMutexes = 6;
constexpr std::uint32_t kSemaphores = 3;
constexpr std::uint32_t kEvents = 4;
constexpr std::uint32_t kHandles = kMutexes + kSemaphores + kEvents;

// Words of the arena.
enum : std::size_t {
  kStop = 0,
  kOperations,
  kCreatesFailed,
  kWaitsFailed,
  kReleasesFailed,
  kTwoOwners,
  kPosted = 10,
  kTaken = 20,
  kHolder = 40,
  kEnding = 60,  // how a worker is told to end
  kNotes = 100
};

enum : std::uint32_t { kStays, kByExec, kByThreadExit };

std::atomic<std::uint32_t>& word(std::size_t index) { return arena().words[index]; }

// A note: low byte, semaphores whose unit may be taken; next byte, semaphore posted to; next, how many units.
constexpr std::uint32_t note_take(std::uint32_t semaphores) { return semaphores; }
constexpr std::uint32_t note_post(std::uint32_t semaphore, std::uint32_t units) { return semaphore << 8 | units << 16; }

class WorkerThread {
 public:
  WorkerThread(std::uint32_t seed, std::uint32_t worker, std::uint32_t thread)
      : random_(seed),
        has_levels_(thread == 0),
        ending_(word(kEnding + worker)),
        note_(word(kNotes + worker * kThreads + thread)) {}

  void run() {
    open_all();
    const std::uint32_t life = pick(2000);
    for (std::uint32_t i = 0; i < life && word(kStop).load() == 0 && ending_.load() != kByThreadExit; ++i) {
      act();
      if (ending_.load() == kByExec) execl("/bin/true", "true", nullptr);
      word(kOperations).fetch_add(1);
    }
    for (const HANDLE handle : handles_) RtCloseHandle(handle);
  }

 private:
  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  static bool is_mutex(std::uint32_t i) { return i < kMutexes; }
  static bool is_semaphore(std::uint32_t i) { return i >= kMutexes && i < kMutexes + kSemaphores; }
  HANDLE event() { return handles_[kMutexes + kSemaphores + pick(kEvents)]; }

  void open_all() {
    for (std::uint32_t i = 0; i < kHandles; ++i) {
      const std::string name = std::to_string(i);
      handles_[i] = is_mutex(i)       ? RtCreateMutexA(nullptr, FALSE, name.c_str())
                    : is_semaphore(i) ? RtCreateSemaphoreA(nullptr, 0, 1000, name.c_str())
                                      : RtCreateEventA(nullptr, i % 2 == 0, FALSE, name.c_str());
      if (handles_[i] == nullptr) word(kCreatesFailed).fetch_add(1);
    }
  }

  void act() {
    switch (pick(12)) {
      case 0:
      case 1:
        wait_for(1, false);
        break;
      case 2:
      case 3:
        wait_for(2 + pick(4), false);
        break;
      case 4:
      case 5:
        wait_for(2 + pick(3), true);
        break;
      case 6:
      case 7:
        post();
        break;
      case 8:
        RtSetEvent(event());
        break;
      case 9:
        pick(2) == 0 ? RtResetEvent(event()) : RtPulseEvent(event());
        break;
      case 10:
        come_and_go();
        break;
      default:
        if (has_levels_) RtSetThreadPriority(RtGetCurrentThread(), static_cast<int>(pick(128)));
        break;
    }
  }

  // Distinct objects, so that a wait-all is legal.
  void wait_for(std::uint32_t count, bool all) {
    std::uint32_t chosen[kHandles];
    for (std::uint32_t i = 0; i < kHandles; ++i) chosen[i] = i;
    HANDLE handles[kHandles];
    std::uint32_t units = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::swap(chosen[i], chosen[i + pick(kHandles - i)]);
      handles[i] = handles_[chosen[i]];
      if (is_semaphore(chosen[i])) units |= 1U << (chosen[i] - kMutexes);
    }
    note_.store(note_take(units));
    const DWORD timeout = pick(4) == 0 ? 0 : pick(4);
    const DWORD result = count == 1 ? RtWaitForSingleObject(handles[0], timeout)
                                    : RtWaitForMultipleObjects(count, handles, all ? TRUE : FALSE, timeout);
    const bool abandoned = result >= WAIT_ABANDONED_0 && result < WAIT_ABANDONED_0 + count;
    const DWORD index = abandoned ? result - WAIT_ABANDONED_0 : result;
    if (index < count) {
      for (std::uint32_t i = 0; i < count; ++i) {
        if (all || i == index) taken(chosen[i], abandoned);
      }
    } else if (result != WAIT_TIMEOUT) {
      word(kWaitsFailed).fetch_add(1);
    }
    note_.store(0);
    if (index >= count) return;
    for (std::uint32_t i = 0; i < count; ++i) {
      if ((all || i == index) && is_mutex(chosen[i])) give_up(chosen[i]);
    }
  }

  // A holder that died left its mark; only an abandoned mutex may still bear one.
  void taken(std::uint32_t object, bool abandoned) {
    if (is_semaphore(object)) word(kTaken + object - kMutexes).fetch_add(1);
    if (!is_mutex(object)) return;
    if (word(kHolder + object).exchange(1) != 0 && !abandoned) word(kTwoOwners).fetch_add(1);
  }

  void give_up(std::uint32_t mutex) {
    word(kHolder + mutex).store(0);
    if (!RtReleaseMutex(handles_[mutex])) word(kReleasesFailed).fetch_add(1);
  }

  void post() {
    const std::uint32_t semaphore = pick(kSemaphores);
    const std::uint32_t units = 1 + pick(3);
    note_.store(note_post(semaphore, units));
    if (RtReleaseSemaphore(handles_[kMutexes + semaphore], static_cast<LONG>(units), nullptr)) {
      word(kPosted + semaphore).fetch_add(units);
    }
    note_.store(0);
  }

  // Names and slots that come and go, some closed while owned or open elsewhere, and have another kind next time.
  void come_and_go() {
    const std::string name = "passing" + std::to_string(pick(3));
    const std::uint32_t kind = pick(3);
    const HANDLE handle = kind == 0   ? RtCreateMutexA(nullptr, pick(2) == 0, (name + " mutex").c_str())
                          : kind == 1 ? RtCreateSemaphoreA(nullptr, 1, 9, (name + " semaphore").c_str())
                                      : RtCreateEventA(nullptr, FALSE, TRUE, (name + " event").c_str());
    if (handle == nullptr) {
      word(kCreatesFailed).fetch_add(1);
      return;
    }
    if (kind == 0 && pick(3) != 0) RtReleaseMutex(handle);
    if (kind != 0 && pick(3) != 0) RtWaitForSingleObject(handle, pick(2));
    RtCloseHandle(handle);
  }

  std::minstd_rand random_;
  const bool has_levels_;  // one of a process's threads: more would leave births and deaths nothing of the machine
  std::atomic<std::uint32_t>& ending_;
  std::atomic<std::uint32_t>& note_;
  HANDLE handles_[kHandles];
};

struct Assignment {
  std::uint32_t seed;
  std::uint32_t worker;
  std::uint32_t thread;
};

void* run_thread(void* argument) {
  const Assignment assignment = *static_cast<Assignment*>(argument);
  const std::atomic<std::uint32_t>& ending = word(kEnding + assignment.worker);
  for (std::uint32_t life = 0; word(kStop).load() == 0 && ending.load() != kByThreadExit; ++life) {
    pthread_t thread;
    Assignment one = assignment;
    one.seed += life;
    pthread_create(
        &thread, nullptr,
        [](void* given) -> void* {
          const Assignment mine = *static_cast<Assignment*>(given);
          WorkerThread(mine.seed, mine.worker, mine.thread).run();
          return nullptr;
        },
        &one);
    pthread_join(thread, nullptr);
  }
  return nullptr;
}

void work(std::uint32_t seed, std::uint32_t worker) {
  pthread_t threads[kThreads];
  static Assignment assignments[kThreads];  // the threads may outlive this call
  for (std::uint32_t i = 0; i < kThreads; ++i) {
    assignments[i] = {.seed = seed * 31 + i, .worker = worker, .thread = i};
    pthread_create(&threads[i], nullptr, run_thread, &assignments[i]);
  }
  while (word(kStop).load() == 0) {
    if (word(kEnding + worker).load() == kByThreadExit) pthread_exit(nullptr);
    usleep(1000);
  }
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
}

void hold_everything() {
  for (std::uint32_t i = 0; i < kHandles; ++i) {
    const std::string name = std::to_string(i);
    if (i < kMutexes)
      RtCreateMutexA(nullptr, FALSE, name.c_str());
    else if (i < kMutexes + kSemaphores)
      RtCreateSemaphoreA(nullptr, 0, 1000, name.c_str());
    else
      RtCreateEventA(nullptr, i % 2 == 0, FALSE, name.c_str());
  }
}

std::uint32_t from_environment(const char* name, std::uint32_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

// The workers' threads have levels, and leave others little of the machine. Refused without privilege: then the ends
// come more slowly.
void come_before_the_workers() {
  const sched_param highest{.sched_priority = sched_get_priority_max(SCHED_FIFO)};
  sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &highest);
}

class Storm {
 public:
  Storm(Scene& scene, std::uint32_t seed) : scene_(scene), random_(seed), bystander_(scene.peer()) {
    scene_.peer().call(hold_everything);
    bystander_.call(hold_everything);
    bystander_.signal(SIGSTOP);
    for (std::uint32_t worker = 0; worker < kWorkers; ++worker) workers_.push_back(spawn(worker));
  }

  void rage(std::chrono::seconds duration, std::uint32_t ends) {
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end && kills_ < ends) {
      watchdog_start("a round of the storm");
      usleep(1000 + pick(20'000));
      kill_some();
    }
  }

  void calm() {
    const Awaiting awaiting("all workers stop: one that does not is stuck in a call");
    word(kStop).store(1);
    bystander_.signal(SIGCONT);
    for (std::uint32_t i = 0; i < kWorkers; ++i) {
      while (!workers_[i].work.done()) usleep(1000);
      absolve(i);
    }
  }

  [[nodiscard]] std::uint32_t kills() const { return kills_; }
  [[nodiscard]] std::uint32_t execs() const { return execs_; }
  [[nodiscard]] std::uint32_t thread_exits() const { return thread_exits_; }
  [[nodiscard]] std::uint32_t may_be_posted(std::uint32_t semaphore) const { return may_be_posted_[semaphore]; }
  [[nodiscard]] std::uint32_t may_be_taken(std::uint32_t semaphore) const { return may_be_taken_[semaphore]; }

 private:
  struct Worker {
    ProcessPeer* peer;
    Pending<void> work;
  };

  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

  Worker spawn(std::uint32_t index) {
    ProcessPeer& peer = scene_.peer();
    const auto& labels = labels_in_source();
    if (pick(2) == 0) {
      const auto label =
          std::next(labels.begin(), static_cast<std::ptrdiff_t>(pick(static_cast<std::uint32_t>(labels.size()))));
      peer.call(
          +[](Death at) { RtssArmStep(at.label.c_str(), at.visit, SIGKILL); },
          Death{.label = label->c_str(), .visit = 1 + pick(300)});
    }
    return {.peer = &peer, .work = peer.start(work, static_cast<std::uint32_t>(random_()), index)};
  }

  void kill_some() {
    std::vector<std::uint32_t> dying;
    const std::uint32_t most = 1 + pick(kWorkers);
    for (std::uint32_t i = 0; i < kWorkers; ++i) {
      const bool by_itself = workers_[i].peer->is_gone();
      if (!by_itself && (dying.size() >= most || pick(2) != 0)) continue;
      if (!by_itself) begin_end(i);
      dying.push_back(i);
    }
    for (const std::uint32_t i : dying) {
      while (!workers_[i].peer->is_gone()) usleep(100);
      word(kEnding + i).store(kStays);
      scene_.end_peer(*workers_[i].peer);
      ++kills_;
      absolve(i);
      workers_[i] = spawn(i);
    }
  }

  void begin_end(std::uint32_t worker) {
    const std::uint32_t way = pick(6);
    if (way != kByExec && way != kByThreadExit) return workers_[worker].peer->kill();
    word(kEnding + worker).store(way);
    ++(way == kByExec ? execs_ : thread_exits_);
  }

  // What the dead may or may not have done.
  void absolve(std::uint32_t worker) {
    for (std::uint32_t thread = 0; thread < kThreads; ++thread) {
      const std::uint32_t note = word(kNotes + worker * kThreads + thread).exchange(0);
      for (std::uint32_t i = 0; i < kSemaphores; ++i) may_be_taken_[i] += note >> i & 1;
      may_be_posted_[note >> 8 & 0xff] += note >> 16;
    }
  }

  Scene& scene_;
  std::minstd_rand random_;
  ProcessPeer& bystander_;
  std::vector<Worker> workers_;
  std::uint32_t kills_ = 0;
  std::uint32_t execs_ = 0;
  std::uint32_t thread_exits_ = 0;
  std::uint32_t may_be_posted_[kSemaphores] = {};
  std::uint32_t may_be_taken_[kSemaphores] = {};
};

TEST(Storm, KillsLoseNothing) {
  const std::uint32_t seconds = from_environment("RTSS_STORM_SECONDS", 12);
  const std::uint32_t seed = from_environment("RTSS_STORM_SEED", static_cast<std::uint32_t>(time(nullptr)));
  std::printf("seed %u\n", seed);
  Scene scene;
  Storm storm(scene, seed);
  come_before_the_workers();
  storm.rage(std::chrono::seconds(seconds), from_environment("RTSS_STORM_ENDS", UINT32_MAX));
  storm.calm();
  scene.settle();
  EXPECT_EQ(word(kCreatesFailed).load(), 0U);
  EXPECT_EQ(word(kWaitsFailed).load(), 0U);
  EXPECT_EQ(word(kReleasesFailed).load(), 0U);
  EXPECT_EQ(word(kTwoOwners).load(), 0U) << "a mutex was got that another thread owned, or its death was not reported";
  for (std::uint32_t i = 0; i < kSemaphores; ++i) {
    const std::int64_t count = scene.count(std::to_string(kMutexes + i).c_str());
    const std::int64_t balance = count + word(kTaken + i).load() - static_cast<std::int64_t>(word(kPosted + i).load());
    EXPECT_GE(balance, -static_cast<std::int64_t>(storm.may_be_taken(i))) << "units were lost";
    EXPECT_LE(balance, static_cast<std::int64_t>(storm.may_be_posted(i))) << "units were doubled";
  }
  scene.end();
  std::printf("%u ends survived, %u of them by exec, %u by main's pthread_exit, %u operations\n", storm.kills(),
              storm.execs(), storm.thread_exits(), word(kOperations).load());
}

}  // namespace
}  // namespace rtss::test
