// The scenarios in which a process dies at a labelled step. Each lets a victim do one thing among survivors, and
// checks that the survivors finish, and that the thing happened as a whole or not at all.
#pragma once

#include "tests/crash/scene.h"

namespace rtss::test {

using Scenario = void (*)(Scene& scene, const Death& death);

// The victim changes an object that others wait for.
void releases_mutex(Scene& scene, const Death& death);
void posts_several(Scene& scene, const Death& death);
void sets_auto_event(Scene& scene, const Death& death);
void sets_manual_event(Scene& scene, const Death& death);
void pulses_manual_event(Scene& scene, const Death& death);
void pulses_auto_event(Scene& scene, const Death& death);
void completes_a_wait_all(Scene& scene, const Death& death);
void puts_a_wait_all_off(Scene& scene, const Death& death);
void releases_boosted(Scene& scene, const Death& death);

// The victim waits.
void queues_on_mutex(Scene& scene, const Death& death);
void queues_on_several(Scene& scene, const Death& death);
void leaves_with_unit(Scene& scene, const Death& death);
void leaves_with_mutex(Scene& scene, const Death& death);
void times_out(Scene& scene, const Death& death);
void takes_all(Scene& scene, const Death& death);
void is_given_all(Scene& scene, const Death& death);
void times_out_of_all(Scene& scene, const Death& death);
void takes_free(Scene& scene, const Death& death);
void takes_under_lock(Scene& scene, const Death& death);
void boosts_owner(Scene& scene, const Death& death);
void boosts_chain(Scene& scene, const Death& death);
void records_wait(Scene& scene, const Death& death);
void times_out_boosting(Scene& scene, const Death& death);

// The victim makes and ends names, handles and registrations.
void creates(Scene& scene, const Death& death);
void opens(Scene& scene, const Death& death);
void closes_last_handle(Scene& scene, const Death& death);
void closes_stuck(Scene& scene, const Death& death);
void closes_shared(Scene& scene, const Death& death);
void pins(Scene& scene, const Death& death);
void unpins(Scene& scene, const Death& death);
void ends_orphan(Scene& scene, const Death& death);
void registers(Scene& scene, const Death& death);
void thread_leaves(Scene& scene, const Death& death);
void exits(Scene& scene, const Death& death);
void changes_level(Scene& scene, const Death& death);
void makes_memory(Scene& scene, const Death& death);

// The victim sweeps or repairs after a first victim.
void sweeps_owner(Scene& scene, const Death& death);
void sweeps_waiter(Scene& scene, const Death& death);
void sweeps_unused_unit(Scene& scene, const Death& death);
void sweeps_unused_all(Scene& scene, const Death& death);
void sweeps_unmarked(Scene& scene, const Death& death);
void repairs_grant(Scene& scene, const Death& death);
void repairs_grant_to_all(Scene& scene, const Death& death);
void repairs_boost(Scene& scene, const Death& death);
void repairs_creation(Scene& scene, const Death& death);

// Did the dying thread come past the one store that is its operation? For a victim that changes one object.
bool has_changed(const Death& death);
// Did it come past the acknowledgement, which consumes what it was given?
bool has_acknowledged(const Death& death);

// Calls for peers.
void set_level(int level);
DWORD wait_some(Handles handles, DWORD milliseconds);

}  // namespace rtss::test
