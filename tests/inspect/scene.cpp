#include "tests/inspect/scene.h"

namespace rtss::test {

using runtime::Kind;

Scene::Scene() : image({.processes = 3, .threads = 6, .objects = 10, .handles = 16}) {
  a = image.add_process(100);
  b = image.add_process(200);
  p10 = image.add_thread(a, 101, 10);
  p30 = image.add_thread(a, 102, 30);
  p20 = image.add_thread(b, 201, 20);
  p50 = image.add_thread(b, 202, 50);
  unused_thread = image.header().threads_used++;

  m = image.add_object(Kind::kMutex, "M");
  n = image.add_object(Kind::kMutex, "N");
  go = image.add_object(Kind::kEvent, "Go");
  tick = image.add_object(Kind::kEvent, "Tick", runtime::kSignaled);
  units = image.add_object(Kind::kSemaphore, "Units", 2);
  orphan = image.add_object(Kind::kMutex, "");
  gone = image.add_object(Kind::kEvent, "");
  image.object(go).manual_reset = 1;
  image.free_object(gone);

  image.add_handle(a, m);
  image.add_handle(a, n);
  image.add_handle(b, m);
  image.add_handle(b, n);
  image.add_handle(b, go);
  image.add_handle(a, tick);
  image.add_handle(b, units);
  first_free_entry = image.add_handle(a, tick);
  last_free_entry = image.add_handle(b, m);
  image.free_handle(first_free_entry);
  image.free_handle(last_free_entry);

  image.own(m, p10, 1);
  image.own(n, p30);
  image.own(orphan, p20);
  image.orphan(orphan);
  image.wait(p50, {go, n}, true);
  image.lend(n);
  image.wait(p20, {m});
  image.wait(p30, {m});
  image.lend(m);
}

}  // namespace rtss::test
