#include "tools/rtss/look/top.h"

#define NCURSES_NOMACROS  // they would take names such as erase and clear
#include <curses.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <utility>

#include "tools/rtss/exit_code.h"
#include "tools/rtss/look/frame.h"
#include "tools/rtss/look/help_screen.h"
#include "tools/rtss/support/open_selected.h"
#include "tools/rtss/support/options.h"
#include "tools/rtss/support/text.h"
#include "tools/rtss/support/truncation.h"

namespace rtss::tool {

namespace {

struct Options {
  double delay_s = 1;
  bool batch = false;
  std::uint32_t frames = 0;  // 0: no end
  FrameSettings settings;    // at the start
};

class Screen {
 public:
  Screen() {
    remember_terminal();
    screen_ = newterm(nullptr, stdout, stdin);
    if (screen_ == nullptr) return;
    const auto sequence = [](const char* capability) {
      const char* const text = tigetstr(capability);
      return text == nullptr || text == reinterpret_cast<const char*>(-1) ? std::string() : std::string(text);
    };
    remember_screen(sequence("cnorm") + sequence("rmcup"));
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    curs_set(0);
    const bool colours = has_colors() && wants_colours();
    if (!colours) return;
    start_color();
    use_default_colors();
    const short colour_of[] = {-1, COLOR_GREEN, COLOR_YELLOW, COLOR_RED, -1};
    for (short tone = 1; tone <= static_cast<short>(Tone::kBad); ++tone) init_pair(tone, colour_of[tone], -1);
  }
  ~Screen() {
    if (screen_ == nullptr) return;
    forget_screen();
    endwin();
    delscreen(screen_);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  [[nodiscard]] bool works() const { return screen_ != nullptr; }
  [[nodiscard]] static std::size_t width() { return static_cast<std::size_t>(std::max(COLS, 1)); }
  [[nodiscard]] static std::size_t height() { return static_cast<std::size_t>(std::max(LINES, 1)); }

  static void put(std::size_t row, const Line& line, bool marked = false) {
    attr_t attributes = line.heading || marked ? A_REVERSE : A_NORMAL;
    if (line.tone == Tone::kBad) attributes |= A_BOLD;
    if (has_colors() && line.tone != Tone::kPlain)
      attributes |= static_cast<attr_t>(COLOR_PAIR(static_cast<int>(line.tone)));
    attrset(static_cast<int>(attributes));
    mvaddstr(static_cast<int>(row), 0, line.text.c_str());
    attrset(A_NORMAL);
  }

 private:
  SCREEN* screen_ = nullptr;
};

class Interactive {
 public:
  explicit Interactive(const Options& options) : options_(options), settings_(options.settings) {}

  int run(inspect::View view) {
    const Screen screen;
    if (!screen.works()) {
      std::cerr << "rtss top: the terminal type TERM=" << (std::getenv("TERM") == nullptr ? "" : std::getenv("TERM"))
                << " is unknown; set TERM, or use --batch\n";
      return kTrouble;
    }
    sample_ = take_sample(view);
    std::uint32_t shown = 0;
    do {
      draw();
      if (++shown == options_.frames) break;
      if (!obey_keys()) break;
      refresh_sample();
    } while (true);
    return kDone;
  }

 private:
  // The namespace may have been removed, and made anew: it is opened again each time.
  void refresh_sample() {
    if (paused_) return;
    lost_.clear();
    if (const auto view = inspect::View::current(&lost_)) sample_ = take_sample(*view);
  }

  void draw() {
    settings_.width = Screen::width();
    erase();
    if (helps_) return draw_help();
    const Frame frame = maker_.make(sample_, settings_);
    std::size_t row = 0;
    const std::size_t bottom = Screen::height() - 1;  // the line of keys
    for (const Line& line : frame.head) {
      if (row < bottom) Screen::put(row++, line);
    }
    const std::size_t room = bottom - row;
    seek(frame.rows);
    scroll_ = std::min(scroll_, frame.rows.size() > room ? frame.rows.size() - room : 0);
    page_ = room;
    for (std::size_t i = scroll_; i < frame.rows.size() && row < bottom; ++i) {
      Screen::put(row++, frame.rows[i], is_found(frame.rows[i]));
    }
    Screen::put(bottom, footer(frame.rows.size(), room));
    refresh();
  }

  void draw_help() const {
    std::size_t row = 0;
    Screen::put(row++, {fitted("Keys", settings_.width), Tone::kPlain, true});
    for (const std::string& line : key_help()) {
      if (row < Screen::height()) Screen::put(row++, {fitted(line, settings_.width)});
    }
    refresh();
  }

  [[nodiscard]] bool is_found(const Line& row) const { return !search_.empty() && has_part(row.text, search_); }

  // Scrolls to the next row that is searched for; behind the last one comes the first.
  void seek(const std::vector<Line>& rows) {
    if (!std::exchange(seeks_, false)) return;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t row = (from_ + i) % rows.size();
      if (!is_found(rows[row])) continue;
      scroll_ = from_ = row;
      return;
    }
  }

  [[nodiscard]] Line footer(std::size_t rows, std::size_t room) const {
    if (!lost_.empty()) return {fitted(lost_, settings_.width), Tone::kBad};
    if (typed_ != nullptr) {
      return {fitted((typed_ == &search_ ? "/" : "F ") + *typed_ + "_", settings_.width), Tone::kWarning};
    }
    std::string text = "h help  q quit  p pause  s sort  t tree  F filter  / search";
    if (!settings_.filter.empty()) text += "  ONLY " + settings_.filter;
    if (paused_) text += "  PAUSED";
    if (rows > room) {
      text += "  " + std::to_string(scroll_ + 1) + "-" + std::to_string(std::min(rows, scroll_ + room)) + " of " +
              std::to_string(rows);
    }
    return {fitted(text, settings_.width)};
  }

  // Until it is time for the next frame; false: leave.
  bool obey_keys() {
    const auto next = std::chrono::steady_clock::now() + std::chrono::duration<double>(options_.delay_s);
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
      timeout(static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
      const int key = getch();
      if (key == ERR) {
        if (isatty(STDIN_FILENO) == 0) return false;
        return true;
      }
      if (typed_ != nullptr) {
        type(key);
      } else if (!std::exchange(helps_, false)) {
        if (key == 'q' || key == 'Q') return false;
        obey(key);
      }
      draw();
    }
  }

  // The text takes effect with each key. Enter keeps it, Escape drops it.
  void type(int key) {
    constexpr int kEscape = 27;
    std::string& text = *typed_;
    if (key == '\n' || key == KEY_ENTER || key == kEscape) typed_ = nullptr;
    if (key == kEscape) text.clear();
    if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && !text.empty()) text.pop_back();
    if (key >= ' ' && key < 127) text += static_cast<char>(key);
    seeks_ = typed_ == &search_;
  }

  void obey(int key) {
    switch (key) {
      case 'h':
      case '?':
        helps_ = true;
        break;
      case 'F':
        typed_ = &settings_.filter;
        break;
      case '/':
        typed_ = &search_;
        from_ = scroll_;
        break;
      case 'n':
        ++from_;
        seeks_ = true;
        break;
      case 't':
        settings_.tree = !settings_.tree;
        break;
      case 'a':
        settings_.unnamed = !settings_.unnamed;
        break;
      case 'p':
      case ' ':
        paused_ = !paused_;
        break;
      case 's':
        settings_.order = next_order(settings_.order);
        break;
      case 'w':
        settings_.waiters = !settings_.waiters;
        break;
      default:
        scroll(key);
    }
  }

  void scroll(int key) {
    switch (key) {
      case KEY_UP:
        scroll_ -= scroll_ == 0 ? 0 : 1;
        break;
      case KEY_DOWN:
        ++scroll_;  // draw() keeps it within the rows
        break;
      case KEY_PPAGE:
        scroll_ -= std::min(scroll_, page_);
        break;
      case KEY_NPAGE:
        scroll_ += page_;
        break;
      case KEY_HOME:
        scroll_ = 0;
        break;
      default:
        break;
    }
  }

  const Options& options_;
  FrameSettings settings_;
  FrameMaker maker_;
  Sample sample_;
  std::string lost_;
  std::size_t scroll_ = 0;
  std::size_t page_ = 0;
  std::string search_;
  std::size_t from_ = 0;          // the row at which the search goes on
  bool seeks_ = false;            // with the next frame
  std::string* typed_ = nullptr;  // the filter or the search while keys go there
  bool paused_ = false;
  bool helps_ = false;
};

std::size_t batch_width() {
  if (const std::size_t terminal = terminal_width(); terminal != 0) return terminal;
  const char* const columns = std::getenv("COLUMNS");
  const int width = columns == nullptr ? 0 : std::atoi(columns);
  return width > 0 ? static_cast<std::size_t>(width) : 80;
}

int run_batch(const Options& options) {
  FrameSettings settings = options.settings;
  settings.width = batch_width();
  FrameMaker maker;
  for (std::uint32_t shown = 0; options.frames == 0 || shown < options.frames; ++shown) {
    if (shown != 0) std::this_thread::sleep_for(std::chrono::duration<double>(options.delay_s));
    const auto view = open_selected("top");
    if (!view) return kTrouble;
    const Frame frame = maker.make(take_sample(*view), settings);
    if (shown != 0) std::cout << '\n';
    for (const auto* const lines : {&frame.head, &frame.rows}) {
      for (const Line& line : *lines) {
        std::cout << toned(line.text.substr(0, line.text.find_last_not_of(' ') + 1), line.tone) << '\n';
      }
    }
    if (!std::cout.flush()) break;
  }
  return kDone;
}

int run(const Options& options) {
  if (options.batch) return run_batch(options);
  if (isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0) {
    std::cerr << "rtss top: standard input and output must be a terminal; use --batch, or \"rtss ls\"\n";
    return kTrouble;
  }
  auto view = open_selected("top");
  if (!view) return kTrouble;
  return Interactive(options).run(*std::move(view));
}

}  // namespace

void add_top(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("top", "Watch a namespace live: owners, waiters, boosts, chains, deadlocks");
  command.add_option("-d,--delay", options->delay_s, "Seconds between two looks, 0.05 to 3600; default 1")
      ->type_name("SECONDS")
      ->check(seconds_within(0.05, 3600));
  command.add_flag("-b,--batch", options->batch, "Print frames as text, one after the other; needs no terminal");
  command.add_option("-n,--frames", options->frames, "End after so many frames")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  FrameSettings& settings = options->settings;
  command.add_option("-p,--process", settings.process, "Only what this process owns or waits for")
      ->type_name("PID")
      ->check(CLI::PositiveNumber.description(""));
  command.add_option("-F,--filter", settings.filter, "Only objects with this in their name or their owner's command")
      ->type_name("TEXT");
  command.add_flag("-t,--tree", settings.tree, "Below each owner its mutexes, below them their waiters");
  command.add_flag("-a,--all", settings.unnamed, "All objects without a name, too, as #SLOT");
  std::string keys;
  for (const std::string& line : key_help()) keys += line + '\n';
  command.footer(
      "Columns: LEVEL 10>50 is an owner of level 10 to which waiters lend level 50; WAIT threads wait, the longest "
      "for\n"
      "WAITED; /SEC waits slept here in the last interval; WORST is the longest wait, those under way counted too;\n"
      "HELD, on a wide terminal, the longest hold of a mutex while other threads waited: \"rtss worst\" says more.\n"
      "Below an object: what its owner waits for itself, and its waiters in the order in which they would be served.\n"
      "Of objects without a name only mutexes that are owned or were fought for are shown, unless -a asks for all.\n"
      "Above the table: cycles of threads that wait for one another, as DEADLOCK.\n\n"
      "Keys:\n" +
      keys +
      "\n"
      "Only looks: no lock is taken, nothing that runs is delayed. NO_COLOR in the environment turns colours off.\n\n"
      "Examples:\n"
      "  rtss top -d 0.2\n"
      "  rtss top -b -n 1            one frame as text\n"
      "  rtss top -b -n 1 --tree     who owns what, and who waits for it\n\n"
      "Exit: 0; 125 if the namespace cannot be read at the start, or for a wrong option.");
  command.callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace rtss::tool
