#include "tools/rtss/look/frame.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <set>
#include <tuple>

#include "platform/clock.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/look/owner_tree.h"
#include "tools/rtss/support/text.h"

namespace rtss::tool {

namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;

using inspect::ObjectView;
using runtime::Kind;

// Width of each column at 80; what a wider terminal has to spare goes to names and owners.
struct Widths {
  std::size_t name, kind, state, owner, level, waiting, waited, rate, worst;
  std::size_t held, contended;  // 0: left out
};

Widths widths_for(std::size_t width) {
  Widths widths{.name = 15,
                .kind = 5,
                .state = 9,
                .owner = 15,
                .level = 6,
                .waiting = 4,
                .waited = 6,
                .rate = 5,
                .worst = 6,
                .held = 0,
                .contended = 0};
  constexpr std::size_t kLeast = 79;
  constexpr std::size_t kWide = 110;
  std::size_t spare = width > kLeast ? width - kLeast : 0;
  if (width >= kWide) {
    widths.held = 6;
    widths.contended = 10;
    spare -= widths.held + widths.contended + 2;
  }
  const std::size_t to_owner = std::min<std::size_t>(spare / 2, 20);
  widths.owner += to_owner;
  widths.name += spare - to_owner;
  return widths;
}

bool is_asked_for(const ObjectView& object, const FrameSettings& settings, Commands& commands) {
  if (settings.process && !involves(object, *settings.process)) return false;
  if (settings.filter.empty() || has_part(title(object), settings.filter)) return true;
  return object.owner_pid != 0 && has_part(commands.of(object.owner_pid, object.owner_tid), settings.filter);
}

const char* short_kind(Kind kind) {
  switch (kind) {
    case Kind::kSemaphore:
      return "sem";
    case Kind::kThread:
      return "thrd";
    case Kind::kProcess:
      return "proc";
    default:
      return kind_word(kind);
  }
}

struct Row {
  const ObjectView* object;
  std::uint32_t longest_ms;
  std::uint64_t worst_ns;  // counting the waits under way
  double rate;             // waits that slept, a second
  bool deadlocked;
};

// Without a name: a mutex that is owned or was fought for, unless all are wanted.
bool is_interesting(const ObjectView& object, const FrameSettings& settings) {
  return settings.unnamed || !object.name.empty() ||
         (object.kind == Kind::kMutex && (!object.signaled || object.contentions != 0));
}

auto rank(const Row& row, Order order) {
  const auto longest = -static_cast<std::int64_t>(row.longest_ms);
  const auto worst = -static_cast<std::int64_t>(row.worst_ns);
  const auto contended = -static_cast<std::int64_t>(row.object->contentions);
  switch (order) {
    case Order::kWorst:
      return std::tuple(worst, longest, contended, std::string_view(row.object->name), row.object->slot);
    case Order::kContended:
      return std::tuple(static_cast<std::int64_t>(-row.rate * 1000), contended, worst,
                        std::string_view(row.object->name), row.object->slot);
    case Order::kName:
      return std::tuple(std::int64_t{row.object->name.empty()}, std::int64_t{0}, std::int64_t{0},
                        std::string_view(row.object->name), row.object->slot);
    default: {
      const std::int64_t group = row.deadlocked ? 0 : row.object->abandoned ? 1 : row.object->waiters.empty() ? 3 : 2;
      return std::tuple(group, longest, contended, std::string_view(row.object->name), row.object->slot);
    }
  }
}

class Composer {
 public:
  Composer(const Sample& sample, const FrameSettings& settings)
      : sample_(sample),
        snapshot_(sample.snapshot),
        settings_(settings),
        widths_(widths_for(settings.width)),
        commands_(sample.snapshot.info) {}

  [[nodiscard]] std::vector<Line> head() {
    std::vector<Line> lines;
    add(lines, title_text());
    add(lines, counts_text());
    if (const std::string text = trouble_text(); !text.empty()) add(lines, text, Tone::kWarning);
    constexpr std::size_t kMostCycles = 3;
    for (std::size_t i = 0; i < std::min(sample_.deadlocks.size(), kMostCycles); ++i) {
      wrap(lines, "DEADLOCK " + describe(sample_.deadlocks[i], snapshot_, commands_));
    }
    if (sample_.deadlocks.size() > kMostCycles) {
      add(lines, "and " + std::to_string(sample_.deadlocks.size() - kMostCycles) + " more deadlocks", Tone::kBad);
    }
    lines.push_back({heading(), Tone::kPlain, true});
    return lines;
  }

  // What the rows of its objects stand below.
  void add_owner(std::vector<Line>& lines, const inspect::ThreadView* owner) {
    if (owner == nullptr) return add(lines, "without an owner");
    add(lines, commands_.who(owner->pid, owner->tid) + "  level " + levels(owner->base_level, owner->effective_level) +
                   (owner->dead ? "  ended" : ""));
    add_chain(lines, owner->slot);
  }

  void add_row(std::vector<Line>& lines, const Row& row) {
    const ObjectView& object = *row.object;
    const auto* const owner = snapshot_.owner_of(object);
    const State state = state_of(object, owner);
    const Tone tone = row.deadlocked || state.tone == Tone::kBad ? Tone::kBad
                      : object.waiters.empty()                   ? Tone::kPlain
                                                                 : Tone::kWarning;
    std::array<char, 16> rate{};
    std::snprintf(rate.data(), rate.size(), row.rate < 10 ? "%.1f" : "%.0f", row.rate);
    lines.push_back({line({(settings_.tree ? "  " : "") + title(object), short_kind(object.kind),
                           state_text(object, state), owner == nullptr ? "" : who(owner->pid, owner->tid),
                           owner == nullptr ? "" : levels(owner->base_level, object.lent_level),
                           object.waiters.empty() ? "" : std::to_string(object.waiters.size()),
                           object.waiters.empty() ? "" : duration(row.longest_ms), row.rate > 0 ? rate.data() : "",
                           row.worst_ns == 0 ? "" : fine_duration(row.worst_ns),
                           object.longest_hold.ns == 0 ? "" : fine_duration(object.longest_hold.ns),
                           std::to_string(object.contentions)}),
                     tone});
    if (!settings_.waiters) return;
    if (owner != nullptr && !object.waiters.empty() && !settings_.tree) add_chain(lines, owner->slot);
    for (const inspect::Waiter& waiter : object.waiters) add_waiter(lines, object, owner, waiter);
  }

 private:
  using Texts = std::array<std::string, 11>;

  void add(std::vector<Line>& lines, const std::string& text, Tone tone = Tone::kPlain) const {
    lines.push_back({fitted(text, settings_.width), tone});
  }

  // On as many lines as it takes, broken between words.
  void wrap(std::vector<Line>& lines, const std::string& text) const {
    std::string rest = text;
    std::string margin;
    while (width_of(margin + rest) > settings_.width) {
      std::size_t cut = std::string::npos;
      for (std::size_t space = rest.find(' '); space != std::string::npos; space = rest.find(' ', space + 1)) {
        if (width_of(margin) + width_of(rest.substr(0, space)) > settings_.width) break;
        cut = space;
      }
      if (cut == std::string::npos) break;
      add(lines, margin + rest.substr(0, cut), Tone::kBad);
      rest.erase(0, cut + 1);
      margin = "         ";
    }
    add(lines, margin + rest, Tone::kBad);
  }

  [[nodiscard]] std::string title_text() const {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    std::array<char, 16> clock{};
    std::strftime(clock.data(), clock.size(), "%H:%M:%S", localtime_r(&now, &local));
    return "rtss top  " + std::string(clock.data()) + "  namespace " + std::string(runtime::selected_namespace()) +
           "  by " + order_word(settings_.order);
  }

  [[nodiscard]] std::string counts_text() const {
    const inspect::NamespaceView& info = snapshot_.info;
    const auto blocked = std::ranges::count_if(snapshot_.threads, &inspect::ThreadView::blocked);
    return std::to_string(info.living) + " processes, " + std::to_string(info.threads.in_use) + " threads, " +
           std::to_string(blocked) + " blocked, " + std::to_string(info.objects.in_use) + " objects, " +
           std::to_string(info.handles.in_use) + " handles";
  }

  [[nodiscard]] std::string trouble_text() const {
    const inspect::NamespaceView& info = snapshot_.info;
    std::string text;
    const auto say = [&](std::uint32_t count, const char* what) {
      if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + what;
    };
    say(info.refused_boosts, " boosts refused (see \"rtss doctor\")");
    if (info.living == 0 && info.unswept != 0)
      text = "no program uses it now; the next one tidies up after those that ended";
    say(info.living == 0 ? 0 : info.unswept, " dead not swept");
    say(info.walk_truncated, " walks cut short");
    return text;
  }

  [[nodiscard]] std::string heading() const {
    return line({"NAME", "KIND", "STATE", "OWNER", "LEVEL", "WAIT", "WAITED", "/SEC", "WORST", "HELD", "CONTENDED"});
  }

  [[nodiscard]] std::string line(const Texts& texts) const {
    const Widths& w = widths_;
    std::string text = fitted(texts[0], w.name) + ' ' + fitted(texts[1], w.kind) + ' ' + fitted(texts[2], w.state) +
                       ' ' + fitted(texts[3], w.owner) + ' ' + fitted(texts[4], w.level, Align::kRight) + ' ' +
                       fitted(texts[5], w.waiting, Align::kRight) + ' ' + fitted(texts[6], w.waited, Align::kRight) +
                       ' ' + fitted(texts[7], w.rate, Align::kRight) + ' ' + fitted(texts[8], w.worst, Align::kRight);
    if (w.held != 0) text += ' ' + fitted(texts[9], w.held, Align::kRight);
    if (w.contended != 0) text += ' ' + fitted(texts[10], w.contended, Align::kRight);
    return fitted(text, settings_.width);
  }

  std::string who(std::int32_t pid, std::int32_t tid) { return std::to_string(tid) + " " + commands_.of(pid, tid); }

  [[nodiscard]] static std::string state_text(const ObjectView& object, const State& state) {
    if (object.kind == Kind::kSemaphore) return std::to_string(object.count) + "/" + std::to_string(object.maximum);
    if (object.kind == Kind::kSharedMemory) return bytes(object.size);
    return state.text;
  }

  // "10>50": a thread's own level, and the higher one that it is lent.
  [[nodiscard]] static std::string levels(int own, int lent) {
    const std::string text = own < 0 ? "-" : std::to_string(own);
    return lent > own ? text + ">" + std::to_string(lent) : text;
  }

  void add_chain(std::vector<Line>& lines, std::uint32_t owner_slot) {
    const Chain chain = chain_from(snapshot_, owner_slot);
    if (!chain.empty()) add(lines, "   owner " + describe(chain, snapshot_, commands_));
  }

  void add_waiter(std::vector<Line>& lines, const ObjectView& object, const inspect::ThreadView* owner,
                  const inspect::Waiter& waiter) {
    const auto* const thread = snapshot_.thread(waiter.thread_slot);
    const std::size_t count = thread == nullptr ? 1 : thread->blocked_on.size();
    std::string text = "   waiter " + fitted(commands_.who(waiter.pid, waiter.tid), widths_.owner + 14);
    text += "  level " + fitted(waiter.level < 0 ? "-" : std::to_string(waiter.level), 3);
    text += "  for " + duration(inspect::View::waited_ms(waiter.since_ms));
    if (count > 1) text += (waiter.wait_all ? ", all of " : ", any of ") + std::to_string(count);
    const bool boosts = owner != nullptr && waiter.thread_slot != owner->slot && waiter.level > owner->base_level &&
                        waiter.level == object.lent_level && &waiter == &object.waiters.front();
    if (boosts) text += ", boosts the owner";
    add(lines, text);
  }

  const Sample& sample_;
  const Snapshot& snapshot_;
  const FrameSettings& settings_;
  Widths widths_;
  Commands commands_;
};

}  // namespace

const char* order_word(Order order) {
  switch (order) {
    case Order::kTrouble:
      return "trouble";
    case Order::kWorst:
      return "worst wait";
    case Order::kContended:
      return "contention";
    default:
      return "name";
  }
}

Order next_order(Order order) {
  return order == Order::kName ? Order::kTrouble : static_cast<Order>(static_cast<std::uint8_t>(order) + 1);
}

Sample take_sample(const inspect::View& view) {
  Sample sample{.snapshot = take_snapshot(view), .deadlocks = {}, .at_ms = platform::monotonic_ns() / 1'000'000};
  sample.deadlocks = confirmed_deadlocks(view, sample.snapshot);
  return sample;
}

void FrameMaker::count_rates(const Sample& sample) {
  if (sample.at_ms == sampled_ms_) return;  // drawn again for a key
  const double seconds = sampled_ms_ == 0 ? 0 : static_cast<double>(sample.at_ms - sampled_ms_) / 1000;
  std::map<Identity, std::uint32_t> contentions;
  rates_.clear();
  for (const ObjectView& object : sample.snapshot.objects) {
    const Identity identity{object.slot, object.generation};
    contentions[identity] = object.contentions;
    const auto before = contentions_.find(identity);
    if (before != contentions_.end() && seconds > 0) rates_[identity] = (object.contentions - before->second) / seconds;
  }
  contentions_ = std::move(contentions);
  sampled_ms_ = sample.at_ms;
}

Frame FrameMaker::make(const Sample& sample, const FrameSettings& settings) {
  std::set<std::uint32_t> deadlocked;
  for (const Chain& cycle : sample.deadlocks) {
    for (const Link& link : cycle) deadlocked.insert(link.object);
  }
  count_rates(sample);
  std::vector<Row> rows;
  Commands commands(sample.snapshot.info);
  for (const ObjectView& object : sample.snapshot.objects) {
    if (!is_interesting(object, settings) || !is_asked_for(object, settings, commands)) continue;
    const auto rate = rates_.find({object.slot, object.generation});
    const std::uint32_t longest = longest_wait_ms(object);
    rows.push_back({.object = &object,
                    .longest_ms = longest,
                    .worst_ns = std::max(longest * kNsPerMs, object.longest_wait.ns),
                    .rate = rate == rates_.end() ? 0 : rate->second,
                    .deadlocked = deadlocked.contains(object.slot)});
  }
  std::ranges::sort(rows, {}, [&](const Row& row) { return rank(row, settings.order); });
  Composer composer(sample, settings);
  Frame frame{.head = composer.head(), .rows = {}};
  if (!settings.tree) {
    for (const Row& row : rows) composer.add_row(frame.rows, row);
    return frame;
  }
  std::vector<const ObjectView*> objects;
  for (const Row& row : rows) objects.push_back(row.object);
  for (const Branch& branch : owner_tree(sample.snapshot, objects)) {
    composer.add_owner(frame.rows, branch.owner);
    for (const std::size_t index : branch.objects) composer.add_row(frame.rows, rows[index]);
  }
  return frame;
}

}  // namespace rtss::tool
