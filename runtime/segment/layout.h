// Every structure that processes share, and nothing else. One file per namespace, mapped by each process wherever it
// likes: links are slot numbers, never pointers, and each is checked against the limits before it is followed.
//
// Glossary
//   slot         place in a fixed pool; type-stable: its memory is never reused for anything else
//   generation   counts the occupants of a slot
//   identity     32 bits that name one occupant of a thread or process slot; 0 names none
//   word         an object's 64-bit truth: 32 bits of state, 32 of generation
//   park word    the one word a thread sleeps on
//   wait block   one thread's membership in one object's queue
//   life lock    robust lock held as long as a thread or process lives
//
// Truth and caches. Object words, park words, block words, handle entries and life locks are truth, each written in one
// atomic store. Queue links, counts, SLOW, hints and donations are caches, rebuilt from truth after a death.
//
// Locks: [N] namespace lock, [A] all-lock, [O] object lock, [P] one thread's PI lock; order in docs/protocol.md.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "platform/process_identity.h"
#include "platform/robust_lock.h"
#include "priority/boost.h"
#include "runtime/segment/recorder.h"

namespace rtss::runtime {

inline constexpr std::uint64_t kMagic = 0x3153'5354'5258'5452;  // "RTXRTSS1"
// One more whenever the file's meaning changes: what a word's states or a number mean, the order of stores that others
// rely on, the name hash. Members move the layout hash by themselves.
inline constexpr std::uint32_t kLayoutVersion = 3;
inline constexpr std::uint32_t kBlocksPerThread = 64;
inline constexpr std::uint32_t kNameBytes = 260;  // 259 and a NUL
inline constexpr std::uint32_t kNoSlot = 0xffff'ffffU;

enum class Kind : std::uint8_t {
  kFree,
  kMutex,
  kEvent,
  kSemaphore,
  kSharedMemory,
  kTimer,
  kThread,
  kProcess,
  kShutdownHandler
};
enum class Inheritance : std::uint8_t { kTiered, kLimited, kOff };

struct Limits {
  std::uint32_t processes = 1024;
  std::uint32_t threads = 2048;
  std::uint32_t objects = 16384;
  std::uint32_t handles = 65536;
};
inline constexpr Limits kMaxLimits{.processes = 4096, .threads = 4096, .objects = 65536, .handles = 65536};
bool are_sane(const Limits& limits);  // none 0, none above its maximum

// The pools whose slots a thread may meet on a wait or release path, whichever process handed them out. Each process
// maps their pages ahead of use, chunk by chunk: docs/protocol.md, 7.5.
enum class Pool : std::uint8_t { kProcesses, kThreads, kObjects };
inline constexpr std::size_t kPools = 3;

// ---- identities ---------------------------------------------------------------------------------------------------

// Of threads and processes alike: 12 bits of slot, 18 of generation, which starts at 1.
using Identity = std::uint32_t;
inline constexpr std::uint32_t kIdentitySlotBits = 12;
inline constexpr std::uint32_t kIdentityGenerationMask = (1U << 18) - 1;
constexpr std::uint32_t slot_of(Identity identity) { return identity & ((1U << kIdentitySlotBits) - 1); }
constexpr Identity make_identity(std::uint32_t slot, std::uint32_t generation) {
  const std::uint32_t g = generation & kIdentityGenerationMask;
  return slot | ((g == 0 ? 1 : g) << kIdentitySlotBits);
}
// The identity of slot `slot`, whatever damage made of the stored one.
constexpr Identity identity_at(std::uint32_t slot, Identity stored) {
  return make_identity(slot, stored >> kIdentitySlotBits);
}
constexpr Identity next_occupant(Identity identity) {
  return make_identity(slot_of(identity), (identity >> kIdentitySlotBits) + 1);
}

// ---- object word --------------------------------------------------------------------------------------------------
//
//   kind                    free / signaled  taken             flags
//   mutex                   owner 0          owner's identity  SLOW, ABANDONED (only when free)
//   event, thread, process  SIGNALED         clear             SLOW, PULSE (only under the lock)
//   semaphore               count > 0        count 0           SLOW
//   timer, shared memory,   never            always            SLOW
//   shutdown handler
//
// SLOW clear: any thread may move the word by one CAS. SLOW set: it changes only under the object lock.

using Word = std::uint64_t;
inline constexpr std::uint32_t kSlow = 1U << 31;
inline constexpr std::uint32_t kAbandoned = 1U << 30;
inline constexpr std::uint32_t kOwnerMask = kAbandoned - 1;
inline constexpr std::uint32_t kSignaled = 1U << 0;
inline constexpr std::uint32_t kPulse = 1U << 1;
inline constexpr std::uint32_t kCountMask = kSlow - 1;

constexpr std::uint32_t state_of(Word word) { return static_cast<std::uint32_t>(word); }
constexpr std::uint32_t generation_of(Word word) { return static_cast<std::uint32_t>(word >> 32); }
constexpr Word make_word(std::uint32_t generation, std::uint32_t state) {
  return (static_cast<Word>(generation) << 32) | state;
}

// No store: a change that started from another word than the present one, perhaps of the slot's last occupant, fails.
// So a late holder of the object lock never undoes what the next occupant's creation, which does not hold it, wrote.
class ObjectWord : std::atomic<Word> {
 public:
  using std::atomic<Word>::load;
  using std::atomic<Word>::compare_exchange_weak;
  using std::atomic<Word>::compare_exchange_strong;
  using std::atomic<Word>::fetch_or;
  using std::atomic<Word>::fetch_and;
  using std::atomic<Word>::is_always_lock_free;

  // For the holder of the object lock, SLOW set: of a live object no other thread changes the word then.
  bool change(Word from, Word to) { return compare_exchange_strong(from, to, std::memory_order_acq_rel); }
};

// ---- park word ----------------------------------------------------------------------------------------------------
//
//   IDLE       no wait
//   WAITING    no grant yet; with AWAKE the thread watches the word
//   CANCELLED  timed out, or dead
//   SATISFIED  granted, with the block's index (kParkAll: a wait-all), perhaps ABANDONED
//
// Transitions: docs/protocol.md, 2.2.

enum class Park : std::uint32_t { kIdle, kWaiting, kCancelled, kSatisfied };
inline constexpr std::uint32_t kParkStateMask = 3;
inline constexpr std::uint32_t kParkIndexShift = 2;
inline constexpr std::uint32_t kParkAll = kBlocksPerThread;  // index of a satisfied wait-all
inline constexpr std::uint32_t kParkAbandoned = 1U << 12;
inline constexpr std::uint32_t kParkAwake = 1U << 13;  // WAITING, but watching the word: no wake is needed

constexpr Park park_state(std::uint32_t park) { return static_cast<Park>(park & kParkStateMask); }
constexpr std::uint32_t park_word(Park state) { return static_cast<std::uint32_t>(state); }
constexpr std::uint32_t park_satisfied(std::uint32_t index, bool abandoned) {
  return park_word(Park::kSatisfied) | (index << kParkIndexShift) | (abandoned ? kParkAbandoned : 0);
}
constexpr std::uint32_t park_index(std::uint32_t park) { return (park & (kParkAbandoned - 1)) >> kParkIndexShift; }
constexpr bool park_covers(std::uint32_t park, std::uint32_t block_index) {
  return park_state(park) == Park::kSatisfied && (park_index(park) == block_index || park_index(park) == kParkAll);
}

// ---- wait blocks --------------------------------------------------------------------------------------------------

// A block's word says which object (slot and generation) it stands at, and how.
enum class BlockState : std::uint8_t {
  kFree,
  kLinked,     // queued on the object
  kHeld,       // granted; not acknowledged while the park word says SATISFIED
  kReturning,  // the sweeper is giving a dead waiter's unit back
};
using BlockWord = std::uint64_t;
constexpr BlockWord make_block_word(BlockState state, std::uint32_t object, std::uint32_t generation) {
  return static_cast<BlockWord>(state) | (static_cast<BlockWord>(object) << 2) |
         (static_cast<BlockWord>(generation) << 32);
}
inline constexpr BlockWord kFreeBlock = 0;
constexpr BlockState block_state(BlockWord word) { return static_cast<BlockState>(word & 3); }
constexpr std::uint32_t block_object(BlockWord word) { return static_cast<std::uint32_t>(word) >> 2; }
constexpr std::uint32_t block_generation(BlockWord word) { return static_cast<std::uint32_t>(word >> 32); }

// thread slot * kBlocksPerThread + index; kNoSlot ends a queue.
using BlockRef = std::uint32_t;
constexpr std::uint32_t thread_of(BlockRef ref) { return ref / kBlocksPerThread; }
constexpr std::uint32_t index_of(BlockRef ref) { return ref % kBlocksPerThread; }
constexpr BlockRef make_block_ref(std::uint32_t thread, std::uint32_t index) {
  return thread * kBlocksPerThread + index;
}

// Never used up: 2^64.
using Ticket = std::uint64_t;

struct WaitBlock {                     // all under the object lock; the word is read without
  std::atomic<BlockWord> word;         // truth; HELD -> FREE by its thread
  std::atomic<Word> redo;              // absolute object word, written before the commit
  std::atomic<Ticket> ticket;          // arrival order among equals; written before LINKED
  std::atomic<BlockRef> next;          // cache
  std::atomic<BlockRef> previous;      // cache
  std::atomic<priority::Key> key;      // level it is queued at; written before LINKED
  std::atomic<std::uint8_t> wait_all;  // written before LINKED
  std::atomic<std::uint8_t> pulsed;    // written with redo: granted by a pulse, which is not given back
  std::atomic<std::uint32_t> served;   // LINKED: the object's grants before; HELD: those while it was queued
};
static_assert(sizeof(WaitBlock) == 40);

// ---- threads and processes ----------------------------------------------------------------------------------------

inline constexpr std::uint8_t kAfterReleaseBoosted = 1;   // limited demotion: a boost outlived its mutex
inline constexpr std::uint8_t kAfterReleaseLowering = 2;  // a lowered base waits for the last release
inline constexpr std::uint8_t kAfterReleaseOrphan = 4;    // a mutex it owns lost its last handle in another thread

struct alignas(64) ThreadRecord {
  std::atomic<std::uint32_t> park;
  std::atomic<std::uint32_t> block_count;       // blocks of the wait under way; written before the first LINKED
  std::atomic<std::uint32_t> owned;             // mutexes owned; written by the thread only (cache)
  std::atomic<std::uint8_t> after_release;      // looked at by every release that leaves a mutex free, and by takes
  std::atomic<Identity> identity;               // of the present or last occupant [N]
  std::atomic<Identity> process;                // 0: slot is free [N]
  std::atomic<std::int32_t> pid;                // [N]
  std::atomic<std::int32_t> tid;                // [N]
  std::atomic<std::uint32_t> object;            // its dispatcher object, kNoSlot: none [N]
  std::atomic<std::uint64_t> sealed_start;      // for the liveness cross-check [N]
  std::atomic<std::uint32_t> waiting_since_ms;  // CLOCK_MONOTONIC_COARSE at the start of the wait, for observers
  // Of the wait under way, for the recorder: when it was granted, 0 before, and the ThreadNote of the granter. Written
  // by that one after the commit, before HELD [O].
  std::atomic<std::uint64_t> granted_ns;
  std::array<std::atomic<std::uint64_t>, 3> granter;
  std::array<std::atomic<std::uint64_t>, 2> name;  // the kernel's, when the thread registered [N]
  platform::RobustLock life;                       // plain; held by the thread
  platform::RobustLock pi_lock;                    // [P] protects boost
  priority::ThreadBoost boost;
};
static_assert(sizeof(ThreadRecord) <= 576);

inline constexpr std::uint32_t kRequestLook = 1;     // compare every life word with what the kernel says
inline constexpr std::uint32_t kRequestBoosts = 2;   // boosts that were refused, bases that may have changed
inline constexpr std::uint32_t kFollowsOwners = 4;   // the reaper reads the bases of foreign owners by itself for now
inline constexpr std::uint32_t kRequestObjects = 8;  // what RECHECK and ORPHAN tell of, which a stuck lock has put off
inline constexpr std::size_t kNoticeWords = 3;

struct alignas(64) ProcessRecord {
  std::atomic<Identity> identity;       // [N]
  std::atomic<std::int32_t> pid;        // 0: slot is free [N]
  std::atomic<std::uint32_t> doorbell;  // rung when its reaper should look again
  std::atomic<std::uint32_t> requests;  // kRequest bits: what else the reaper is rung for
  std::atomic<std::uint32_t> object;    // its dispatcher object, kNoSlot: none [N]
  // Of each pool, how many chunks it has mapped; written by its reaper.
  std::array<std::atomic<std::uint8_t>, kPools> mapped_chunks;
  std::atomic<std::uint64_t> sealed_start;  // of its reaper [N]
  platform::RobustLock life;                // plain; held by the reaper
  // Locked before `life`, so that the kernel marks them after it. Of each of the four words it wakes one listener.
  std::array<platform::RobustLock, kNoticeWords> notices;
};

// ---- objects ------------------------------------------------------------------------------------------------------

struct alignas(128) Object {
  ObjectWord word;
  std::atomic<std::uint32_t> recursion;    // mutex: takes beyond the first; touched by its owner only; 0 when free (M2)
  std::atomic<Kind> kind;                  // constant while the object lives [N]
  std::atomic<std::uint8_t> manual_reset;  // constant while the object lives
  std::atomic<std::uint8_t> pinned;        // [N]
  std::atomic<std::uint8_t> orphan;        // no references left; SLOW stays set [O]
  std::atomic<std::uint32_t> kind_word;    // read by one name for each kind: semaphore_maximum(), task_exit_code()
  std::atomic<BlockRef> head;              // queue by key, then ticket [O], cache
  std::atomic<BlockRef> tail;              // [O], cache
  std::atomic<Ticket> next_ticket;         // [O], cache
  std::atomic<std::uint32_t> all_hint;     // wait-all blocks queued; written under [A] and [O], cache
  std::atomic<std::uint8_t> recheck;       // repaired without [A], or busy: a wait-all may now complete [O]; set by [A]
  std::atomic<std::uint8_t> named;         // in the name table [N]
  priority::MutexBoost boost;              // the donation published for this mutex [O] + [P] of its target
  std::atomic<std::uint32_t> contentions;  // waits that slept here, for observers [O]
  platform::RobustLock lock;               // [O]
  std::atomic<std::uint32_t> references;   // handle entries [N], cache
  std::atomic<std::uint32_t> next;         // free list or hash chain [N], cache
};
static_assert(sizeof(Object) == 128);

struct ObjectInfo {                   // what no hot path reads [N]
  std::array<char, kNameBytes> name;  // NUL-terminated; written before `named`
  std::atomic<std::uint32_t> name_length;
  // Read by one name for each kind: memory_bytes() and memory_file(), task_identity() and task_ids().
  std::atomic<std::uint64_t> kind_first;
  std::atomic<std::uint64_t> kind_second;
};

// A handle: bits 2..17 index of its entry, 18..30 generation (1..8191).
struct HandleEntry {
  std::atomic<std::uint64_t> check;   // owner process identity << 32 | handle; identity 0: free [N]
  std::atomic<std::uint64_t> target;  // object generation << 32 | object slot, written before check [N];
                                      // free: next free entry
};
constexpr std::uint64_t make_check(Identity process, std::uint32_t handle) {
  return (static_cast<std::uint64_t>(process) << 32) | handle;
}
inline constexpr std::uint32_t kHandleTagMask = 3;  // ignored, as Windows ignores them
constexpr std::uint32_t handle_index(std::uint32_t handle) { return (handle >> 2) & 0xffffU; }

// ---- header -------------------------------------------------------------------------------------------------------

constexpr std::uint32_t header_group(std::uint32_t gid) { return gid + 1; }

struct Header {
  // Constant after creation.
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t header_bytes;
  std::uint64_t layout_hash;  // of every member of every structure here: cmake/layout_members.cmake
  std::uint64_t total_bytes;
  platform::BootId boot_id;
  std::uint64_t pid_namespace;
  std::uint64_t counter_scale;  // of the recorders' times: platform/counter.h
  std::uint32_t creator_uid;
  std::uint32_t group;  // header_group() of the group it was made for; 0: private
  Limits limits;
  Inheritance inheritance;
  std::uint8_t names_per_kind;
  std::uint8_t window_low;
  std::uint8_t window_high;
  // Counters for observers.
  std::atomic<std::uint32_t> refused_boosts;
  std::atomic<std::uint32_t> walk_truncated;  // chain walks cut off at their bound
  std::atomic<std::uint32_t> deaths_swept;
  std::atomic<std::uint64_t> next_file;    // shared memory file numbers
  std::atomic<std::int64_t> clock_offset;  // ns to add to CLOCK_MONOTONIC for the time since 1601; 0: not yet chosen
  // Free lists and high-water marks [N], caches.
  std::atomic<std::uint32_t> free_object;
  std::atomic<std::uint32_t> free_handle_head;  // first in, first out: a handle value comes back as late as possible
  std::atomic<std::uint32_t> free_handle_tail;
  std::atomic<std::uint32_t> objects_used;  // slots ever used: scans stop here
  std::atomic<std::uint32_t> handles_used;
  std::atomic<std::uint32_t> threads_used;
  std::atomic<std::uint32_t> processes_used;
  alignas(64) platform::RobustLock namespace_lock;  // [N]
  alignas(64) platform::RobustLock all_lock;        // [A]; protects no data of its own
};
static_assert(std::is_standard_layout_v<Header> && std::is_standard_layout_v<Object> &&
              std::is_standard_layout_v<ThreadRecord>);
static_assert(ObjectWord::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free);

// ---- where everything is ------------------------------------------------------------------------------------------

struct Offsets {
  std::uint64_t processes, threads, blocks, objects, recorders, infos, buckets, handles, total;
};
Offsets offsets_of(const Limits& limits);
std::uint32_t bucket_count(const Limits& limits);  // a power of two
std::uint64_t layout_hash();
inline constexpr std::uint64_t kDefaultSegmentCeiling = 20ULL << 20;

// A mapped segment: base pointers and the limits it was validated against. Never read limits from the header again.
// Accessors return null for a slot out of range: data from the segment may be corrupt.
struct SegmentView {
  Header* header = nullptr;
  ProcessRecord* processes = nullptr;
  ThreadRecord* threads = nullptr;
  WaitBlock* blocks = nullptr;
  Object* objects = nullptr;
  Recorder* recorders = nullptr;  // one for each object
  ObjectInfo* infos = nullptr;
  std::atomic<std::uint32_t>* buckets = nullptr;
  HandleEntry* handles = nullptr;
  Limits limits;
  std::uint32_t bucket_mask = 0;
  std::uint64_t counter_scale = 0;
  Inheritance inheritance = Inheritance::kTiered;
  bool names_per_kind = false;
  std::uint32_t group = 0;  // as in the header
  uid_t owner = 0;          // of the namespace's file; a private namespace's other files belong to the same user
  priority::Window window;
  std::array<char, 160> path{};  // of the namespace's file; its shared memory lies beside it

  static SegmentView over(void* base, const Limits& limits);

  [[nodiscard]] Object* object(std::uint32_t slot) const { return slot < limits.objects ? &objects[slot] : nullptr; }
  [[nodiscard]] ThreadRecord* thread(std::uint32_t slot) const {
    return slot < limits.threads ? &threads[slot] : nullptr;
  }
  [[nodiscard]] ProcessRecord* process(std::uint32_t slot) const {
    return slot < limits.processes ? &processes[slot] : nullptr;
  }
  [[nodiscard]] WaitBlock* block(BlockRef ref) const {
    return ref < limits.threads * kBlocksPerThread ? &blocks[ref] : nullptr;
  }
  [[nodiscard]] std::uint32_t slot_of_object(const Object& object) const {
    return static_cast<std::uint32_t>(&object - objects);
  }
  [[nodiscard]] std::uint32_t slot_of_thread(const ThreadRecord& thread) const {
    return static_cast<std::uint32_t>(&thread - threads);
  }
};

// Scans stop here: no slot beyond is in use. The file's word is not trusted.
inline std::uint32_t processes_used(const SegmentView& view) {
  return std::min(view.header->processes_used.load(std::memory_order_acquire), view.limits.processes);
}
inline std::uint32_t threads_used(const SegmentView& view) {
  return std::min(view.header->threads_used.load(std::memory_order_acquire), view.limits.threads);
}
inline std::uint32_t objects_used(const SegmentView& view) {
  return std::min(view.header->objects_used.load(std::memory_order_acquire), view.limits.objects);
}
inline std::uint32_t handles_used(const SegmentView& view) {
  return std::min(view.header->handles_used.load(std::memory_order_acquire), view.limits.handles);
}

}  // namespace rtss::runtime
