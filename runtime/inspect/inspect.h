// View of a namespace, for tools and tests. Maps the file read-only (but to reset its recorders), attaches to nothing
// and takes no lock, so no real-time thread can ever wait for it. Every answer is a snapshot that may be torn while the
// namespace changes; every index read is checked, so a changing or corrupted segment yields odd values, never a fault.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/segment/layout.h"

namespace rtss::runtime::inspect {

struct Waiter {
  std::uint32_t thread_slot;
  std::int32_t pid;
  std::int32_t tid;
  int level;  // RTX level it is queued at; -1 below every level
  bool wait_all;
  std::uint32_t since_ms;  // when its wait began; see View::waited_ms
};

// What the recorder keeps. ns 0: none yet. Without a story: the thread that made it long was killed over the telling,
// or two were at it at once.
template <typename Story>
struct Longest {
  std::uint64_t ns = 0;
  std::optional<Story> story;
};

struct ObjectView {
  std::uint32_t slot;
  std::uint32_t generation;
  Kind kind;
  std::string name;  // empty: unnamed, or its last handle is closed
  std::uint32_t references;
  bool pinned;
  bool orphan;             // no references left; lives on for its owner or waiters
  bool signaled;           // mutex: free; semaphore: count > 0
  bool manual_reset;       // events
  bool abandoned;          // mutexes: free, last owner died
  std::int32_t owner_pid;  // mutexes: 0 when free; threads and processes: the one it stands for
  std::int32_t owner_tid;
  std::uint32_t owner_slot;
  std::int32_t recursion;  // mutexes: 0 when free, else how often its owner has taken it
  std::int32_t count;      // semaphores
  std::int32_t maximum;
  std::vector<Waiter> waiters;      // in the order they would be served
  int lent_level;                   // mutexes: the level its waiters donate to the owner; -1 none
  std::uint32_t contentions;        // waits that slept here
  Longest<WaitStory> longest_wait;  // that has ended here
  Longest<HoldStory> longest_hold;  // mutexes: while others waited
  std::uint64_t size;               // shared memory
  std::uint64_t file;               // shared memory: number in its file's name
};

struct ThreadView {
  std::uint32_t slot;
  std::int32_t pid;
  std::int32_t tid;
  int base_level;  // -1: below every level (not a real-time policy and no level set)
  int effective_level;
  bool blocked;  // asleep or about to sleep: every block is queued and nothing has ended the wait
  bool wait_all;
  std::vector<std::uint32_t> blocked_on;  // object slots
  std::vector<std::uint32_t> boosts;      // thread slots of the owners this thread's wait donates to
  bool dead;                              // its life lock is marked; not swept yet
  bool level_set;                         // its base was set through the API
  std::uint32_t owned;                    // mutexes
  std::uint32_t since_ms;                 // blocked: when the wait began; see View::waited_ms
};

struct ProcessView {
  std::uint32_t slot;
  std::int32_t pid;
  std::uint32_t handles;
  bool dead;  // its life lock is marked; not swept yet
};

struct Holder {
  std::int32_t pid;
  std::uint32_t handles;  // of one object
};

struct Usage {
  std::uint32_t in_use;
  std::uint32_t ever_used;  // high-water mark
  std::uint32_t limit;
};

struct NamespaceView {
  std::uint32_t version;
  std::uint64_t bytes;
  std::uint32_t creator_uid;
  bool group;  // made for a group
  std::string boot_id;
  std::uint64_t pid_namespace;
  Inheritance inheritance;
  priority::Window window;
  bool names_per_kind;
  std::uint32_t refused_boosts;
  std::uint32_t walk_truncated;  // chain walks cut off at their bound
  std::uint32_t deaths_swept;
  std::uint32_t unswept;  // slots of dead threads and processes: the next attach or reaper frees them
  std::uint32_t living;   // processes that have not ended
  Usage processes, threads, objects, handles;
};

class View {
 public:
  // kReset maps the file read-write, for forget_longest() alone.
  enum class Access : bool { kRead, kReset };

  // name: as in RTSS_NAMESPACE ("" means the default). On failure returns nothing and says why in *error.
  static std::optional<View> open(std::string_view name, std::string* error, Access access = Access::kRead);
  // The namespace that RTSS_NAMESPACE names.
  static std::optional<View> current(std::string* error, Access access = Access::kRead);
  // Of a segment that is mapped already and stays so as long as the view.
  static View over(const SegmentView& segment);

  [[nodiscard]] NamespaceView info() const;
  [[nodiscard]] std::vector<ObjectView> objects() const;
  // The first object of that name; kFree means of any kind.
  [[nodiscard]] std::optional<ObjectView> object(std::string_view name, Kind kind = Kind::kFree) const;
  [[nodiscard]] std::optional<ObjectView> object_at(std::uint32_t slot) const;
  [[nodiscard]] std::vector<Holder> holders(const ObjectView& object) const;  // the processes that have it open
  [[nodiscard]] std::vector<ThreadView> threads() const;
  [[nodiscard]] std::optional<ThreadView> thread(std::int32_t tid) const;  // fast: looks at one record
  [[nodiscard]] std::vector<ProcessView> processes() const;
  [[nodiscard]] const SegmentView& segment() const { return *segment_; }
  [[nodiscard]] const std::string& path() const { return path_; }  // empty for over()

  // The object's longest wait and hold are 0 again; its next occupant's, if it has ended, stay. Needs Access::kReset.
  void forget_longest(const ObjectView& object) const;

  // How long ago a since_ms was.
  static std::uint32_t waited_ms(std::uint32_t since_ms);

 private:
  View(std::shared_ptr<const SegmentView> segment, std::string path)
      : segment_(std::move(segment)), path_(std::move(path)) {}
  std::shared_ptr<const SegmentView> segment_;
  std::string path_;
};

// "mutex", "event", "semaphore", "shared memory", "timer", "thread", "process"; "unknown" for anything else.
const char* kind_name(Kind kind);

// A name from the segment made fit for a terminal: what is not printable UTF-8 appears as \xNN, and so do characters
// that hide or turn the text's direction.
std::string printable(std::string_view name);

// Why a file of `file_bytes` bytes that begins with this header cannot be read by this build; empty: it can.
std::string refusal(const Header& header, std::uint64_t file_bytes);

// Walks the whole segment and describes what is inconsistent, one line each; empty when all is well. Meant for a
// quiet namespace: while others work in it, transient states may be reported, and so are the dead until they are swept.
// Where no process lives the dead are not reported: they stay until the next program attaches.
std::vector<std::string> inconsistencies(const SegmentView& segment);
inline bool segment_is_valid(const SegmentView& segment) { return inconsistencies(segment).empty(); }

}  // namespace rtss::runtime::inspect
