// A program that uses the package, compiled ahead of time. It uses each class once.
using System;
using System.Threading;
using System.Threading.Tasks;
using EventWaitHandle = Rtss.EventWaitHandle;
using Mutex = Rtss.Mutex;
using Semaphore = Rtss.Semaphore;
using WaitHandle = Rtss.WaitHandle;

using var mutex = new Mutex(false, "aot mutex", out bool created);
using var gate = new EventWaitHandle(true, EventResetMode.ManualReset, "aot event");
using var units = new Semaphore(1, 1, "aot units");
using var memory = new Rtss.SharedMemory(16, "aot memory");
using var source = new CancellationTokenSource();
memory.Write(8, 42);
bool all = WaitHandle.WaitAll([gate, units], 0);
bool any = WaitHandle.WaitAny([gate, mutex], 0, source.Token) == 0;
try {
  Mutex.OpenExisting("aot absent");
} catch (WaitHandleCannotBeOpenedException) {
  await Within(mutex);
  Console.WriteLine(created && all && any && memory.Read<int>(8) == 42 ? "good" : "bad");
}
if (args.Length > 0) await Across(mutex);
if (args.Length > 1) await AcrossAfterASignal(mutex, gate);

static async Task Within(Mutex mutex) {
  mutex.WaitOne();
  mutex.ReleaseMutex();
  await Task.Yield();
}

static async Task Across(Mutex mutex) {
  mutex.WaitOne();
  await Task.Yield();
  mutex.ReleaseMutex();  // warned of
}

static async Task AcrossAfterASignal(Mutex mutex, EventWaitHandle gate) {
  WaitHandle.SignalAndWait(gate, mutex);
  await Task.Yield();
  mutex.ReleaseMutex();  // warned of
}
