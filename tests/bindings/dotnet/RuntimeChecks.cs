// Waits and the runtime, in one process: each check is a sentence.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using AutoResetEvent = Rtss.AutoResetEvent;
using EventWaitHandle = Rtss.EventWaitHandle;
using ManualResetEvent = Rtss.ManualResetEvent;
using Mutex = Rtss.Mutex;
using Semaphore = Rtss.Semaphore;
using WaitHandle = Rtss.WaitHandle;

internal static class RuntimeChecks {
  private static readonly string Prefix = "runtime" + Environment.ProcessId + " ";

  private static void Expect(bool right, [CallerArgumentExpression(nameof(right))] string what = "") {
    if (!right) throw new Exception("not so: " + what);
  }

  private static T Raises<T>(Action call) where T : Exception {
    try {
      call();
    } catch (T error) {
      return error;
    }
    throw new Exception("no " + typeof(T).Name);
  }

  // Runs the calls in a thread of their own, which ends with them.
  private static void InThread(Action calls) {
    Exception? error = null;
    var thread = new Thread(() => {
      try {
        calls();
      } catch (Exception raised) {
        error = raised;
      }
    });
    thread.Start();
    thread.Join();
    if (error != null) throw error;
  }

  // The thread sleeps inside the library's call: the kernel tells, the runtime does not.
  private static void UntilBlocked(int threadId) {
    string place = $"/proc/self/task/{threadId}/wchan";
    while (!System.IO.File.ReadAllText(place).Contains("futex")) Thread.Yield();
  }

  [System.Runtime.InteropServices.DllImport("libc.so.6")]
  private static extern int gettid();

  // Starts a thread that waits, and returns once it is blocked.
  private static Thread Blocked(Action wait) {
    int id = 0;
    var thread = new Thread(() => {
      Volatile.Write(ref id, gettid());
      wait();
    });
    thread.Start();
    while (Volatile.Read(ref id) == 0) Thread.Yield();
    UntilBlocked(id);
    return thread;
  }

  private static void CollectionsGoOnBesideAWaitAndDoNotEndIt() {
    using var gate = new EventWaitHandle(false, EventResetMode.AutoReset);
    bool taken = false;
    Thread thread = Blocked(() => taken = gate.WaitOne());
    for (int round = 0; round < 20; ++round) GC.Collect();
    Expect(thread.IsAlive);
    gate.Set();
    thread.Join();
    Expect(taken);
  }

  private static void InterruptDoesNotEndAWaitAndIsKept() {
    using var gate = new EventWaitHandle(false, EventResetMode.AutoReset);
    bool taken = false, interrupted = false;
    Thread thread = Blocked(() => {
      taken = gate.WaitOne();
      try {
        Thread.Sleep(Timeout.Infinite);
      } catch (ThreadInterruptedException) {
        interrupted = true;
      }
    });
    thread.Interrupt();
    gate.Set();
    thread.Join();
    Expect(taken && interrupted);
  }

  private static void ATokenEndsAWaitAndNothingIsTaken() {
    using var mutex = new Mutex(true);
    using var source = new CancellationTokenSource();
    Exception? error = null;
    Thread thread = Blocked(() => error = Raises<OperationCanceledException>(() => mutex.WaitOne(source.Token)));
    source.Cancel();
    thread.Join();
    Expect(error is OperationCanceledException raised && raised.CancellationToken == source.Token);
    mutex.ReleaseMutex();
    Expect(mutex.WaitOne(0));
  }

  private static void ATokenThatStaysQuietChangesNothing() {
    using var source = new CancellationTokenSource();
    using var semaphore = new Semaphore(1, 1);
    Expect(semaphore.WaitOne(1000, source.Token));
    Expect(!semaphore.WaitOne(1, source.Token));
    Expect(!semaphore.WaitOne(TimeSpan.FromMilliseconds(1), CancellationToken.None));
    semaphore.Release();
    using var clear = new EventWaitHandle(false, EventResetMode.AutoReset);
    Expect(WaitHandle.WaitAny(new WaitHandle[] { clear, semaphore }, 1000, source.Token) == 1);
    Expect(WaitHandle.WaitAny(new WaitHandle[] { clear, semaphore }, 1, source.Token) == WaitHandle.WaitTimeout);
  }

  private static void AnAbandonedMutexIsOwnedWhenTheExceptionIsThrown() {
    using var source = new CancellationTokenSource();
    using var mutex = new Mutex(false, Prefix + "abandoned");
    foreach (Func<bool> wait in new Func<bool>[] { () => mutex.WaitOne(), () => mutex.WaitOne(source.Token),
                                                   () => WaitHandle.WaitAll([mutex]) }) {
      InThread(() => mutex.WaitOne());
      var error = Raises<AbandonedMutexException>(() => wait());
      Expect(error.MutexIndex == -1 && mutex.IsOwned);
      mutex.ReleaseMutex();
      Expect(!mutex.IsOwned && mutex.WaitOne(0));
      mutex.ReleaseMutex();
    }
    InThread(() => mutex.WaitOne());
    using var clear = new EventWaitHandle(false, EventResetMode.AutoReset);
    Expect(Raises<AbandonedMutexException>(() => WaitHandle.WaitAny([clear, mutex])).MutexIndex == 1);
    mutex.ReleaseMutex();
  }

  private static void ReleasingOnAnotherThreadIsRefusedAndChangesNothing() {
    using var mutex = new Mutex(true, Prefix + "thread");
    InThread(() => Expect(Raises<ApplicationException>(mutex.ReleaseMutex).Message.Contains("after an await")));
    Expect(mutex.IsOwned);
    mutex.ReleaseMutex();
  }

  private static void WaitAllTakesNothingUntilItCanTakeAll() {
    using var first = new Semaphore(1, 1);
    using var second = new Semaphore(0, 1);
    Expect(!WaitHandle.WaitAll(new WaitHandle[] { first, second }, 1));
    Expect(first.WaitOne(0));
    first.Release();
    second.Release();
    Expect(WaitHandle.WaitAll(new WaitHandle[] { first, second }, TimeSpan.Zero));
    Expect(!first.WaitOne(0) && !second.WaitOne(0));
  }

  private static void SignalAndWaitSignalsFirstAndThenTakes() {
    using var mutex = new Mutex(true, Prefix + "signal");
    using var released = new ManualResetEvent(false);
    InThread(() => Expect(!WaitHandle.SignalAndWait(released, mutex, 1, false)));
    Expect(released.WaitOne(0));
    Thread thread = Blocked(() => {
      mutex.WaitOne();
      WaitHandle.SignalAndWait(mutex, released);
    });
    released.Reset();
    using var gate = new AutoResetEvent(false);
    Expect(!WaitHandle.SignalAndWait(mutex, gate, TimeSpan.FromMilliseconds(1), false));
    released.Set();
    thread.Join();
    Expect(mutex.WaitOne(0));  // not abandoned: the thread has released it
    mutex.ReleaseMutex();
  }

  private static void TakingAndReleasingAllocatesNothing() {
    using var mutex = new Mutex(false, Prefix + "allocation");
    using var set = new EventWaitHandle(true, EventResetMode.ManualReset);
    var both = new WaitHandle[] { set, mutex };
    void Round() {
      mutex.WaitOne(0);
      mutex.ReleaseMutex();
      WaitHandle.WaitAny(both, 0);
      WaitHandle.WaitAll(both, 0);
      mutex.ReleaseMutex();
    }
    for (int round = 0; round < 100; ++round) Round();
    long before = GC.GetAllocatedBytesForCurrentThread();
    for (int round = 0; round < 10000; ++round) Round();
    Expect(GC.GetAllocatedBytesForCurrentThread() - before == 0);
  }

  [MethodImpl(MethodImplOptions.NoInlining)]
  private static void Lose(string name) { _ = new Mutex(true, name); }

  private static void Collect() {
    GC.Collect();
    GC.WaitForPendingFinalizers();
  }

  private static void AnOwnedMutexOutlivesItsVariable() {
    // A frame that holds the variable no more: a thread that ended would have abandoned the mutex.
    Lose(Prefix + "lost");
    Collect();
    InThread(() => {
      using var again = new Mutex(true, Prefix + "lost", out bool created);
      Expect(!created && !again.WaitOne(0));
    });
    using var mutex = Mutex.OpenExisting(Prefix + "lost");
    Expect(mutex.IsOwned);
    mutex.ReleaseMutex();
  }

  private static void AFreeMutexIsClosedByTheCollector() {
    InThread(() => {
      Lose(Prefix + "dropped");
      Mutex.OpenExisting(Prefix + "dropped").ReleaseMutex();
    });
    Collect();
    Expect(!Mutex.TryOpenExisting(Prefix + "dropped", out _));
  }

  private static void TheFinalizerLeavesTheMutexOfAnotherThreadAlone() {
    using var keeper = new Mutex(false, Prefix + "finalized");
    using var done = new EventWaitHandle(false, EventResetMode.AutoReset);
    using var owned = new EventWaitHandle(false, EventResetMode.AutoReset);
    var thread = new Thread(() => {
      Mutex.OpenExisting(Prefix + "finalized").WaitOne();
      owned.Set();
      done.WaitOne();
      Mutex.OpenExisting(Prefix + "finalized").ReleaseMutex();
    });
    thread.Start();
    owned.WaitOne();
    Collect();
    Expect(!keeper.WaitOne(0));
    done.Set();
    thread.Join();
    Expect(keeper.WaitOne(0));
    keeper.ReleaseMutex();
  }

  private static void DisposingDoesNotReleaseAndASecondHandleStaysGood() {
    using var second = new Mutex(false, Prefix + "dispose");
    InThread(() => {
      var first = new Mutex(false, Prefix + "dispose");
      first.WaitOne();
      first.Dispose();
      Expect(second.IsOwned);
      second.ReleaseMutex();
    });
    Expect(second.WaitOne(0));
    second.ReleaseMutex();
  }

  private static void MemoryIsReadAndWrittenByValueBytesAndSpan() {
    using var memory = new Rtss.SharedMemory(16, Prefix + "memory", out bool created);
    using var again = Rtss.SharedMemory.OpenExisting(Prefix + "memory");
    Expect(created && !again.CreatedNew && again.Size == 16);
    memory.Write(8, 0x0102030405060708L);
    Expect(again.Read<byte>(8) == 8 && again.Read<long>(8) == 0x0102030405060708L);
    again.WriteBytes(0, new byte[] { 1, 2 });
    Expect(memory.Span[1] == 2 && memory.Span.Length == 16);
    Expect(memory.ReadBytes(0, 2).SequenceEqual(new byte[] { 1, 2 }));
  }

  private static void ThePrefixesOfSessionsAreDropped() {
    using var mutex = new Mutex(false, "Global\\" + Prefix + "prefix");
    using var same = new Mutex(false, "Local\\" + Prefix + "prefix", out bool created);
    Expect(!created && Mutex.TryOpenExisting(Prefix + "prefix", out Mutex? plain) && plain.WaitOne(0));
    same.ReleaseMutex();
  }

  private static void TheNamespaceIsTold() {
    Expect(Rtss.Namespace.Name == Environment.GetEnvironmentVariable("RTSS_NAMESPACE"));
  }

  internal static int Check() {
    var checks = new List<Action> {
      CollectionsGoOnBesideAWaitAndDoNotEndIt, InterruptDoesNotEndAWaitAndIsKept, ATokenEndsAWaitAndNothingIsTaken,
      ATokenThatStaysQuietChangesNothing, AnAbandonedMutexIsOwnedWhenTheExceptionIsThrown,
      ReleasingOnAnotherThreadIsRefusedAndChangesNothing, WaitAllTakesNothingUntilItCanTakeAll,
      SignalAndWaitSignalsFirstAndThenTakes, TakingAndReleasingAllocatesNothing, AnOwnedMutexOutlivesItsVariable,
      AFreeMutexIsClosedByTheCollector,
      TheFinalizerLeavesTheMutexOfAnotherThreadAlone, DisposingDoesNotReleaseAndASecondHandleStaysGood,
      MemoryIsReadAndWrittenByValueBytesAndSpan, ThePrefixesOfSessionsAreDropped, TheNamespaceIsTold,
    };
    int failures = 0;
    foreach (Action check in checks) {
      try {
        check();
        Console.WriteLine("ok   " + check.Method.Name);
      } catch (Exception error) {
        ++failures;
        Console.WriteLine("FAIL " + check.Method.Name + ": " + error);
      }
    }
    return failures == 0 ? 0 : 1;
  }

  // The console has no context that would bring the code back to its thread.
  internal static int ReleaseAfterAwait() {
    using var mutex = new Mutex(false, Prefix + "await");
    async Task Work() {
      mutex.WaitOne();
      int before = gettid();
      await Task.Run(() => { });
      while (gettid() == before) await Task.Delay(1);
      Raises<ApplicationException>(mutex.ReleaseMutex);
    }
    Work().Wait();
    Console.WriteLine("refused");
    return 0;
  }
}
