// Processes, threads, their park words and wait blocks.
#include <algorithm>

#include "runtime/inspect/validation.h"
#include "runtime/segment/object.h"

namespace rtss::runtime::inspect {

namespace {

// What holds for thread and process slots alike; true when the occupant is alive and worth a closer look.
template <typename Record>
bool check_tenancy(const SegmentView& segment, const Record& record, std::uint32_t slot, std::uint32_t used,
                   const std::string& text, Findings& findings) {
  const std::uint32_t life = record.life.observe();
  if (!is_occupied(record)) {
    if (!platform::RobustLock::is_free(life)) {
      findings.add("%s: its slot is free, but its life lock reads 0x%x", text.c_str(), life);
    }
    return false;
  }
  if (slot >= used) findings.add("%s: in use beyond the high-water mark %u", text.c_str(), used);
  const Identity identity = record.identity.load(std::memory_order_acquire);
  if (identity == 0 || slot_of(identity) != slot) {
    findings.add("%s: its identity 0x%x is not one of this slot", text.c_str(), identity);
  }
  if (platform::RobustLock::is_dead(life)) {
    if (living_processes(segment) != 0) findings.add("%s: dead and not swept yet", text.c_str());
    return false;
  }
  if (platform::RobustLock::is_free(life)) findings.add("%s: in use, but no thread holds its life lock", text.c_str());
  return true;
}

template <typename Record>
void check_own_object(const SegmentView& segment, const Record& record, Kind kind, const std::string& text,
                      Findings& findings) {
  const std::uint32_t slot = record.object.load(std::memory_order_acquire);
  if (slot == kNoSlot) return;
  const Object* const object = segment.object(slot);
  if (object == nullptr || object->kind.load(std::memory_order_acquire) != kind) {
    findings.add("%s: its own object %u is not a %s", text.c_str(), slot, kind == Kind::kThread ? "thread" : "process");
  }
}

// ---- one thread ---------------------------------------------------------------------------------------------------

class ThreadChecker {
 public:
  ThreadChecker(const SegmentView& segment, const Truth& truth, std::uint32_t slot, Findings& findings)
      : segment_(segment),
        truth_(truth),
        slot_(slot),
        thread_(segment.threads[slot]),
        text_(thread_text(segment, slot)),
        park_(thread_.park.load(std::memory_order_acquire)),
        count_(thread_.block_count.load(std::memory_order_acquire)),
        findings_(findings) {}

  void check() {
    check_lock(thread_.pi_lock, "PI lock of " + text_, findings_);
    const bool alive = check_tenancy(segment_, thread_, slot_, threads_used(segment_), text_, findings_);
    if (!is_occupied(thread_)) check_unused();
    if (!alive) return;
    check_process();
    check_own_object(segment_, thread_, Kind::kThread, text_, findings_);
    check_park();
    for (std::uint32_t index = 0; index < kBlocksPerThread; ++index) check_block(index);
    check_wait_all();
    check_owned();
    check_levels();
  }

 private:
  [[nodiscard]] bool is(Park state) const { return park_state(park_) == state; }
  [[nodiscard]] BlockWord word(std::uint32_t index) const {
    return segment_.blocks[make_block_ref(slot_, index)].word.load(std::memory_order_acquire);
  }

  void check_unused() {
    if (park_ != park_word(Park::kIdle)) findings_.add("%s: its slot is free, but not idle", text_.c_str());
    for (std::uint32_t index = 0; index < kBlocksPerThread; ++index) {
      if (word(index) == kFreeBlock) continue;
      findings_.add("%s: its slot is free", block_text(segment_, make_block_ref(slot_, index)).c_str());
    }
  }

  void check_process() {
    const Identity process = thread_.process.load(std::memory_order_acquire);
    const ProcessRecord* const record = occupant_process(segment_, process);
    if (record == nullptr) {
      findings_.add("%s: belongs to process identity 0x%x, which no process has", text_.c_str(), process);
    } else if (record->pid.load(std::memory_order_relaxed) != thread_.pid.load(std::memory_order_relaxed)) {
      findings_.add("%s: its pid is not that of %s", text_.c_str(), process_text(segment_, slot_of(process)).c_str());
    }
    const std::uint32_t holder = thread_.life.observe() & platform::RobustLock::kTidMask;
    if (holder != 0 && holder != static_cast<std::uint32_t>(thread_.tid.load(std::memory_order_relaxed))) {
      findings_.add("%s: its life lock is held by tid %u", text_.c_str(), holder);
    }
  }

  void check_park() {
    const std::uint32_t beside = is(Park::kWaiting) ? kParkAwake : 0;  // flags that may stand beside the state
    const bool known = is(Park::kSatisfied)
                           ? park_ < kParkAbandoned * 2 && (park_index(park_) == kParkAll || park_index(park_) < count_)
                           : (park_ & ~beside) == park_word(park_state(park_));
    if (!known) findings_.add("%s: its park word 0x%x is not a state", text_.c_str(), park_);
    if (count_ > kBlocksPerThread) findings_.add("%s: its wait has %u blocks", text_.c_str(), count_);
    if (is(Park::kWaiting) && count_ == 0) findings_.add("%s: waits for nothing", text_.c_str());
  }

  [[nodiscard]] const char* fault_of_block(std::uint32_t index, BlockWord block) const {
    const BlockState state = block_state(block);
    if (state == BlockState::kFree) {
      return is(Park::kWaiting) && index < count_ ? "its thread waits, but it is queued nowhere" : nullptr;
    }
    const Object* const object = segment_.object(block_object(block));
    if (object == nullptr) return "stands at an object out of range";
    if (object->kind.load(std::memory_order_acquire) == Kind::kFree ||
        generation_of(object->word.load(std::memory_order_acquire)) != block_generation(block)) {
      return "stands at an earlier occupant of its object";
    }
    if (is(Park::kIdle)) return "in use, but its thread is idle";
    if (index >= count_) return "in use beyond the blocks of its thread's wait";
    const bool granted = park_covers(park_, index);
    if (state == BlockState::kReturning) return "is being returned, but its thread lives";
    if (state == BlockState::kLinked) return granted ? "was granted half-way" : nullptr;
    return granted ? nullptr : "held, but its thread's park word does not grant it";
  }

  void check_block(std::uint32_t index) {
    const BlockRef ref = make_block_ref(slot_, index);
    const BlockWord block = word(index);
    if (const char* fault = fault_of_block(index, block); fault != nullptr) {
      findings_.add("%s: %s", block_text(segment_, ref).c_str(), fault);
    }
    if (block_state(block) != BlockState::kLinked || !is(Park::kWaiting)) return;
    const priority::Key key = segment_.blocks[ref].key.load(std::memory_order_relaxed);
    const priority::Key effective = thread_.boost.effective.load(std::memory_order_relaxed);
    if (key != effective && segment_.header->walk_truncated.load(std::memory_order_relaxed) == 0) {
      findings_.add("%s: queued at level %d, but its thread runs at %d", block_text(segment_, ref).c_str(),
                    priority::level_of_key(key), priority::level_of_key(effective));
    }
  }

  void check_wait_all() {
    if (!is(Park::kWaiting) || count_ == 0 || count_ > kBlocksPerThread) return;
    const Identity identity = thread_.identity.load(std::memory_order_acquire);
    std::uint32_t alls = 0;
    bool all_signaled = true;
    for (std::uint32_t index = 0; index < count_; ++index) {
      const WaitBlock& block = segment_.blocks[make_block_ref(slot_, index)];
      alls += block.wait_all.load(std::memory_order_relaxed) != 0 ? 1U : 0U;
      const Object* const object = segment_.object(block_object(word(index)));
      all_signaled = all_signaled && object != nullptr && block_state(word(index)) == BlockState::kLinked &&
                     is_signaled(*object, object->word.load(std::memory_order_acquire), identity);
    }
    if (alls != 0 && alls != count_) {
      findings_.add("%s: %u of its %u blocks are of a wait-all", text_.c_str(), alls, count_);
    } else if (alls != 0 && all_signaled) {
      findings_.add("%s: waits for all of its objects, and all are signaled", text_.c_str());
    }
  }

  // A satisfied thread has not counted yet what it was given.
  void check_owned() {
    const std::uint32_t owned = thread_.owned.load(std::memory_order_relaxed);
    if (is(Park::kSatisfied) || owned == truth_.owned[slot_]) return;
    findings_.add("%s: counts %u owned mutexes, but %u name it", text_.c_str(), owned, truth_.owned[slot_]);
  }

  void check_levels() {
    const priority::ThreadBoost& boost = thread_.boost;
    const priority::Key base = boost.base.load(std::memory_order_relaxed);
    const priority::Key effective = boost.effective.load(std::memory_order_relaxed);
    if (base >= priority::kKeyCount || effective >= priority::kKeyCount) {
      findings_.add("%s: its levels are %d and %d", text_.c_str(), priority::level_of_key(base),
                    priority::level_of_key(effective));
      return;
    }
    priority::Key expected = base;
    for (int key = 0; key < priority::kKeyCount; ++key) {
      const std::uint32_t published = truth_.donations(slot_, static_cast<priority::Key>(key));
      const std::uint32_t counted = boost.donations[static_cast<std::size_t>(key)].load(std::memory_order_relaxed);
      if (published != 0) expected = std::max(expected, static_cast<priority::Key>(key));
      if (counted == published) continue;
      findings_.add("%s: counts %u donations of level %d, but mutexes publish %u", text_.c_str(), counted,
                    priority::level_of_key(static_cast<priority::Key>(key)), published);
    }
    // Limited demotion: a boost outlives its mutex until the last one is released.
    const bool may_be_higher = segment_.inheritance == Inheritance::kLimited &&
                               (thread_.after_release.load(std::memory_order_relaxed) & kAfterReleaseBoosted) != 0;
    if (effective == expected || (may_be_higher && effective > expected)) return;
    findings_.add("%s: its effective level is %d, but base and donations make it %d", text_.c_str(),
                  priority::level_of_key(effective), priority::level_of_key(expected));
  }

  const SegmentView& segment_;
  const Truth& truth_;
  const std::uint32_t slot_;
  const ThreadRecord& thread_;
  const std::string text_;
  const std::uint32_t park_;
  const std::uint32_t count_;
  Findings& findings_;
};

}  // namespace

void check_threads(const SegmentView& segment, const Truth& truth, Findings& findings) {
  for (std::uint32_t slot = 0; slot < segment.limits.threads; ++slot) {
    ThreadChecker(segment, truth, slot, findings).check();
  }
}

void check_processes(const SegmentView& segment, Findings& findings) {
  const std::uint32_t used = processes_used(segment);
  for (std::uint32_t slot = 0; slot < segment.limits.processes; ++slot) {
    const ProcessRecord& process = segment.processes[slot];
    const std::string text = process_text(segment, slot);
    if (!check_tenancy(segment, process, slot, used, text, findings)) continue;
    check_own_object(segment, process, Kind::kProcess, text, findings);
  }
}

}  // namespace rtss::runtime::inspect
