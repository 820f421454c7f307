// For every labelled step of the library's protocols: a process is killed exactly there, and all goes on.
//
// To add a label: put RTSS_STEP("area.what_has_happened") behind the store that it is named after, describe it in
// docs/protocol.md or docs/priority.md (what a peer finds if we die there), and name it below in a scenario that comes
// by, or in a new one.
// EveryLabelHasAScenario and labels_test.sh fail until that is done.
//
// Each is stopped there, too, before it is killed: bystanders show what that delays.
//
// A scenario is a function in scenarios_*.cpp: it sets a scene with
// survivors, lets Scene::kill_in() or kill_sweeper() end the victim at the step, and checks that the survivors finish
// and that the operation has happened as a whole or not at all. What must hold after any death is in Scene.
#include "tests/crash/labels.h"

#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/crash/bystanders.h"
#include "tests/crash/scenarios.h"

namespace rtss::test {
namespace {

struct Step {
  const char* label;
  unsigned visits = 1;  // the victim dies at the first, in a second run at the second, ...
};

struct Row {
  const char* name;
  Scenario run;
  std::vector<Step> steps;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      // clang-format off
      {"releases_mutex", releases_mutex,
       {{"grant.committed"}, {"grant.held"}, {"grant.redo"}, {"grant.unlinked"}, {"grant.word"}, {"op.changed"},
        {"hold.raised"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}}},
      {"posts_several", posts_several,
       {{"grant.committed", 3}, {"grant.held", 3}, {"grant.redo", 3}, {"grant.unlinked", 3}, {"grant.word", 3},
        {"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}}},
      {"sets_auto_event", sets_auto_event,
       {{"grant.committed"}, {"grant.held"}, {"grant.redo"}, {"grant.unlinked"}, {"grant.word"}, {"op.changed"},
        {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"}, {"op.unlocked"},
        {"op.woken"}}},
      {"sets_manual_event", sets_manual_event,
       {{"grant.committed", 3}, {"grant.held", 3}, {"grant.redo", 3}, {"grant.unlinked", 3}, {"grant.word", 3},
        {"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}}},
      {"pulses_manual_event", pulses_manual_event,
       {{"grant.committed", 3}, {"grant.held", 3}, {"grant.redo", 3}, {"grant.unlinked", 3}, {"grant.word", 3},
        {"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}}},
      {"pulses_auto_event", pulses_auto_event,
       {{"grant.committed"}, {"grant.held"}, {"grant.redo"}, {"grant.unlinked"}, {"grant.word"}, {"op.changed"},
        {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"}, {"op.unlocked"},
        {"op.woken"}}},
      {"completes_a_wait_all", completes_a_wait_all,
       {{"all.committed"}, {"all.held", 3}, {"all.locked"}, {"all.redo"}, {"all.unlocked"}, {"all.word", 3},
        {"op.changed"}, {"op.cleared", 3}, {"op.distributed"}, {"op.locked", 3}, {"op.settled", 3}, {"op.slow", 3},
        {"op.unlocked", 3}, {"op.woken"}}},
      {"puts_a_wait_all_off", puts_a_wait_all_off,
       {{"all.put_off"}}},
      {"releases_boosted", releases_boosted,
       {{"boost.applied"}, {"boost.withdrawn"}, {"grant.committed"}, {"grant.held"}, {"grant.redo"}, {"grant.unlinked"},
        {"grant.word"}, {"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}}},
      {"queues_on_mutex", queues_on_mutex,
       {{"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}, {"wait.linked"}, {"wait.parked"}}},
      {"queues_on_several", queues_on_several,
       {{"op.changed", 3}, {"op.cleared", 3}, {"op.distributed", 3}, {"op.locked", 3}, {"op.settled", 3},
        {"op.slow", 3}, {"op.unlocked", 3}, {"op.woken", 3}, {"wait.linked"}, {"wait.parked"}}},
      {"leaves_with_unit", leaves_with_unit,
       {{"wait.acknowledged"}, {"wait.done"}, {"wait.unlinked", 2}}},
      {"leaves_with_mutex", leaves_with_mutex,
       {{"wait.acknowledged"}, {"wait.done"}, {"wait.unlinked", 2}}},
      {"times_out", times_out,
       {{"op.changed", 3}, {"op.cleared", 3}, {"op.distributed", 3}, {"op.locked", 3}, {"op.settled", 3},
        {"op.slow", 3}, {"op.unlocked", 3}, {"op.woken", 3}, {"wait.acknowledged"},
        {"wait.cancelled"}, {"wait.done"}, {"wait.linked", 3}, {"wait.parked"}, {"wait.unlinked", 3}}},
      {"records_wait", records_wait,
       {{"wait.raised"}}},
      {"takes_all", takes_all,
       {{"all.committed"}, {"all.held", 3}, {"all.linked"}, {"all.locked"}, {"all.redo"}, {"all.unlocked"},
        {"all.word", 3}, {"op.cleared", 3}, {"op.locked", 3}, {"op.settled", 3}, {"op.slow", 3}, {"op.unlocked", 3},
        {"op.woken"}, {"wait.acknowledged"}, {"wait.done"}, {"wait.linked", 3}, {"wait.parked"}}},
      {"is_given_all", is_given_all,
       {{"wait.acknowledged"}, {"wait.done"}}},
      {"times_out_of_all", times_out_of_all,
       {{"all.linked"}, {"all.locked"}, {"all.unlocked"}, {"op.changed", 3}, {"op.cleared", 3}, {"op.distributed", 3},
        {"op.locked", 3}, {"op.settled", 3}, {"op.slow", 3}, {"op.unlocked", 3}, {"op.woken", 3},
        {"wait.acknowledged"}, {"wait.cancelled"}, {"wait.done"}, {"wait.linked", 3}, {"wait.parked"},
        {"wait.unlinked", 3}}},
      {"takes_free", takes_free,
       {{"take.taken"}}},
      {"takes_under_lock", takes_under_lock,
       {{"op.cleared"}, {"op.locked"}, {"op.settled"}, {"op.slow"}, {"op.unlocked"}, {"op.woken"}, {"take.taken"}}},
      {"boosts_owner", boosts_owner,
       {{"boost.applied"}, {"boost.donated"}, {"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"},
        {"op.settled"}, {"op.slow"}, {"op.unlocked"}, {"op.woken"}, {"wait.linked"}, {"wait.parked"}}},
      {"boosts_chain", boosts_chain,
       {{"boost.applied", 2}, {"boost.donated", 2}, {"op.changed", 2}, {"op.cleared", 2}, {"op.distributed", 2},
        {"op.locked", 2}, {"op.settled", 2}, {"op.slow", 2}, {"op.unlocked", 2}, {"op.woken", 2}, {"wait.linked"},
        {"wait.parked"}}},
      {"times_out_boosting", times_out_boosting,
       {{"boost.applied", 2}, {"boost.donated"}, {"boost.withdrawn"}, {"op.changed", 2}, {"op.cleared", 2},
        {"op.distributed", 2}, {"op.locked", 2}, {"op.settled", 2}, {"op.slow", 2}, {"op.unlocked", 2},
        {"op.woken", 2}, {"wait.acknowledged"}, {"wait.cancelled"}, {"wait.done"}, {"wait.linked"}, {"wait.parked"},
        {"wait.unlinked"}}},
      {"creates", creates,
       {{"create.allocated"}, {"create.handle"}, {"create.named"}, {"create.written"}}},
      {"opens", opens,
       {{"open.handle"}}},
      {"closes_last_handle", closes_last_handle,
       {{"close.entry"}, {"close.unnamed"}, {"destroy.freed"}, {"destroy.word"}, {"op.cleared"}, {"op.locked"},
        {"op.settled"}, {"op.slow"}, {"op.unlocked"}, {"op.woken"}}},
      {"closes_stuck", closes_stuck,
       {{"destroy.put_off"}}},
      {"pins", pins,
       {{"pin.written"}}},
      {"unpins", unpins,
       {{"pin.written"}}},
      {"closes_shared", closes_shared,
       {{"close.entry"}}},
      {"ends_orphan", ends_orphan,
       {{"close.entry"}, {"close.unnamed", 2}, {"destroy.freed"}, {"destroy.word"}, {"op.changed", 2},
        {"op.cleared", 3}, {"op.distributed", 2}, {"op.locked", 3}, {"op.settled", 3}, {"op.slow", 3},
        {"op.unlocked", 3}, {"op.woken", 3}, {"wait.acknowledged"}, {"wait.cancelled"}, {"wait.done"}, {"wait.linked"},
        {"wait.parked"}, {"wait.unlinked"}}},
      {"registers", registers,
       {{"attach.registered"}, {"register.acquired"}, {"register.written"}}},
      {"exits", exits,
       {{"exit.noted"}}},
      {"changes_level", changes_level,
       {{"level.deferred"}, {"level.lowered"}, {"level.set"}}},
      {"makes_memory", makes_memory,
       {{"memory.named"}, {"memory.removed"}}},
      {"thread_leaves", thread_leaves,
       {{"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}, {"sweep.abandoned"}, {"sweep.cancelled"}, {"sweep.freed"}, {"sweep.object"}}},
      {"sweeps_owner", sweeps_owner,
       {{"boost.applied"}, {"boost.withdrawn"}, {"close.entry", 3}, {"close.unnamed"}, {"destroy.freed"},
        {"destroy.word"}, {"grant.committed"}, {"grant.held"}, {"grant.redo"}, {"grant.unlinked"}, {"grant.word"},
        {"op.changed", 2}, {"op.cleared", 3}, {"op.distributed", 2}, {"op.locked", 3}, {"op.settled", 3},
        {"op.slow", 3}, {"op.unlocked", 3}, {"op.woken", 3}, {"sweep.abandoned", 2}, {"sweep.cancelled"},
        {"sweep.adopted"}, {"sweep.freed"}, {"sweep.object", 2}, {"sweep.unlocked"}, {"sweep.woken"}}},
      {"sweeps_waiter", sweeps_waiter,
       {{"boost.applied"}, {"boost.withdrawn"}, {"close.entry", 2}, {"op.changed", 2}, {"op.cleared", 2},
        {"op.distributed", 2}, {"op.locked", 2}, {"op.settled", 2}, {"op.slow", 2}, {"op.unlocked", 2},
        {"op.woken", 2}, {"sweep.block", 2}, {"sweep.cancelled"}, {"sweep.adopted"}, {"sweep.freed"},
        {"sweep.object", 2}, {"sweep.woken"}}},
      {"sweeps_unused_unit", sweeps_unused_unit,
       {{"close.entry", 3}, {"op.changed", 3}, {"op.cleared", 3}, {"op.distributed", 3}, {"op.settled", 3},
        {"op.unlocked", 3}, {"op.woken", 3}, {"sweep.block", 2}, {"sweep.cancelled"}, {"sweep.adopted"},
        {"sweep.freed"}, {"sweep.object", 3}, {"sweep.returned"}, {"sweep.returning"}, {"sweep.woken"},
        {"sweep.word"}}},
      {"sweeps_unused_all", sweeps_unused_all,
       {{"close.entry", 3}, {"op.changed", 3}, {"op.cleared", 3}, {"op.distributed", 3}, {"op.locked", 3},
        {"op.settled", 3}, {"op.slow", 3}, {"op.unlocked", 3}, {"op.woken", 3}, {"sweep.abandoned"},
        {"sweep.block", 3}, {"sweep.cancelled"}, {"sweep.adopted"}, {"sweep.freed"}, {"sweep.object", 3},
        {"sweep.returned", 3}, {"sweep.returning", 3}, {"sweep.woken"}, {"sweep.word", 3}}},
      {"sweeps_unmarked", sweeps_unmarked,
       {{"life.marked"}}},
      {"repairs_grant", repairs_grant,
       {{"close.entry"}, {"grant.committed"}, {"grant.held"}, {"grant.redo"}, {"grant.unlinked"}, {"grant.word"},
        {"op.changed"}, {"op.cleared"}, {"op.distributed"}, {"op.locked"}, {"op.settled"}, {"op.slow"},
        {"op.unlocked"}, {"op.woken"}, {"repair.consistent"}, {"repair.done"}, {"repair.rebuilt"}, {"repair.redone"},
        {"sweep.cancelled"}, {"sweep.adopted"}, {"sweep.freed"}, {"sweep.object"}, {"sweep.woken"}}},
      {"repairs_grant_to_all", repairs_grant_to_all,
       {{"close.entry"}, {"op.changed", 3}, {"op.cleared", 3}, {"op.distributed", 3}, {"op.locked", 3},
        {"op.settled", 3}, {"op.slow", 3}, {"op.unlocked", 3}, {"op.woken", 3}, {"repair.consistent", 3},
        {"repair.done", 3}, {"repair.rebuilt", 3}, {"repair.redone", 3}, {"sweep.cancelled"}, {"sweep.adopted"},
        {"sweep.freed"}, {"sweep.object", 3}, {"sweep.woken"}}},
      {"repairs_creation", repairs_creation,
       {{"close.entry", 2}, {"close.unnamed", 2}, {"destroy.freed", 2}, {"destroy.word", 2}, {"op.changed"},
        {"op.cleared", 3}, {"op.distributed"}, {"op.locked", 3}, {"op.settled", 3}, {"op.slow", 3}, {"op.unlocked", 3},
        {"op.woken", 3}, {"rebuild.counted"}, {"rebuild.emptied"}, {"rebuild.forgotten"}, {"rebuild.linked"},
        {"sweep.abandoned"}, {"sweep.cancelled"}, {"sweep.adopted"}, {"sweep.closed"}, {"sweep.freed"},
        {"sweep.left"}, {"sweep.object"}, {"sweep.unlocked"}, {"sweep.vacated"}, {"sweep.woken"}}},
      {"repairs_boost", repairs_boost,
       {{"boost.applied"}, {"boost.forgotten"}, {"boost.withdrawn"}}},
      // clang-format on
  };
  return all;
}

struct Case {
  const Row* row;
  Death death;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Row& row : rows()) {
    for (const Step& step : row.steps) {
      for (unsigned visit = 1; visit <= step.visits; ++visit) {
        all.push_back({.row = &row, .death = {.label = step.label, .visit = visit}});
      }
    }
  }
  return all;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  std::string name = std::string(info.param.row->name) + "_at_" + info.param.death.label.c_str();
  for (char& c : name) {
    if (c == '.') c = '_';
  }
  return info.param.death.visit == 1 ? name : name + "_" + std::to_string(info.param.death.visit);
}

void PrintTo(const Case& one, std::ostream* out) { *out << one.row->name << " at " << one.death.label.c_str(); }

class Killed : public testing::TestWithParam<Case> {};

TEST_P(Killed, ThereItIsAnEventThatTheOthersHandle) {
  Scene scene;
  GetParam().row->run(scene, GetParam().death);
  scene.end();
}
INSTANTIATE_TEST_SUITE_P(Everywhere, Killed, testing::ValuesIn(cases()), name_of);

// Each label once, in the first scenario that has it.
std::vector<Case> stops() {
  std::vector<Case> all;
  std::set<std::string> seen;
  for (Case one : cases()) {
    one.death.stops = true;
    if (seen.insert(one.death.label.c_str()).second) all.push_back(one);
  }
  return all;
}

class StoppedAt : public testing::TestWithParam<Case> {};

TEST_P(StoppedAt, DelaysOfOthersOnlyWhatTheTableSays) {
  Scene scene;
  Bystanders bystanders(scene);
  scene.when_stopped([&bystanders](ProcessPeer& stopped) { bystanders.expect_undisturbed(stopped); });

  GetParam().row->run(scene, GetParam().death);

  scene.end();
  const std::string label = GetParam().death.label.c_str();
  ASSERT_TRUE(bystanders.held());
  const std::set<std::string>& documented = locks_in_documents().at(label);
  EXPECT_EQ(bystanders.held()->names, documented.contains("[N]"));
  EXPECT_EQ(bystanders.held()->all, documented.contains("[A]"));
  const auto& [wait, wait_all, exit, sweep] = bystanders.figures();
  std::printf("%-18s %s%s beyond a time-out %6" PRIu64 " us, of a wait-all %6" PRIu64 " us; exit %6" PRIu64
              " us; death noticed %6" PRIu64 " us\n",
              label.c_str(), bystanders.held()->names ? "[N]" : "   ", bystanders.held()->all ? "[A]" : "   ", wait,
              wait_all, exit, sweep);
}
INSTANTIATE_TEST_SUITE_P(Everywhere, StoppedAt, testing::ValuesIn(stops()), name_of);

TEST(Labels, EveryLabelHasAScenario) {
  std::set<std::string> covered;
  for (const Row& row : rows()) {
    for (const Step& step : row.steps) covered.insert(step.label);
  }
  for (const std::string& label : labels_in_source()) {
    EXPECT_TRUE(covered.contains(label)) << label << " is in the source, but no scenario dies there";
  }
  for (const std::string& label : covered) {
    EXPECT_TRUE(labels_in_source().contains(label)) << label << " is not in the source any more";
  }
}

}  // namespace
}  // namespace rtss::test
