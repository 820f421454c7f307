// Rtss.Mutex beside System.Threading.Mutex with a name: free, handed over between two processes, and after kill -9 of
// its owner. Each figure is the median of its samples; the two kinds take turns, so that both meet the same load.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

// What the two kinds have in common.
internal sealed class Named : IDisposable {
  private readonly Rtss.Mutex? ours;
  private readonly Mutex? theirs;

  internal Named(string kind, string name) {
    if (kind == "theirs") theirs = new Mutex(false, name); else ours = new Rtss.Mutex(false, name);
  }

  internal void Take() {
    if (ours != null) ours.WaitOne(); else theirs!.WaitOne();
  }

  internal void Release() {
    if (ours != null) ours.ReleaseMutex(); else theirs!.ReleaseMutex();
  }

  public void Dispose() {
    ours?.Dispose();
    theirs?.Dispose();
  }
}

internal static class Bench {
  private const int Pairs = 10_000, Passes = 200, WarmUp = 2, Spin = 20_000;
  private static int rings = 4, samples = 41;

  [DllImport("pair.so")]
  private static extern int take_and_release(string name, int rounds);

  private static double Median(List<double> samples) {
    samples.Sort();
    return samples[samples.Count / 2];
  }

  private static double Nanoseconds(long since) { return Stopwatch.GetElapsedTime(since).TotalNanoseconds; }

  private static double OursFree(Rtss.Mutex mutex) {
    long start = Stopwatch.GetTimestamp();
    for (int round = 0; round < Pairs; ++round) {
      mutex.WaitOne();
      mutex.ReleaseMutex();
    }
    return Nanoseconds(start) / Pairs;
  }

  private static double TheirsFree(Mutex mutex) {
    long start = Stopwatch.GetTimestamp();
    for (int round = 0; round < Pairs; ++round) {
      mutex.WaitOne();
      mutex.ReleaseMutex();
    }
    return Nanoseconds(start) / Pairs;
  }

  private static double InC(string name) {
    long start = Stopwatch.GetTimestamp();
    if (take_and_release(name, Pairs) != 0) throw new InvalidOperationException("the loop in C failed");
    return Nanoseconds(start) / Pairs;
  }

  private static (double ours, double theirs, double c, long allocated) Free(string name) {
    using var ours = new Rtss.Mutex(false, name);
    using var theirs = new Mutex(false, name);
    List<double> oursTimes = new(samples), theirsTimes = new(samples), timesInC = new(samples);
    for (int warm = 0; warm < 20; ++warm) {
      OursFree(ours);
      TheirsFree(theirs);
      InC(name);
      Thread.Sleep(20);  // the runtime compiles the loops anew beside them
    }
    long allocated = 0;
    for (int sample = 0; sample < samples; ++sample) {
      long before = GC.GetAllocatedBytesForCurrentThread();
      oursTimes.Add(OursFree(ours));
      allocated += GC.GetAllocatedBytesForCurrentThread() - before;
      theirsTimes.Add(TheirsFree(theirs));
      timesInC.Add(InC(name));
    }
    return (Median(oursTimes), Median(theirsTimes), Median(timesInC), allocated);
  }

  // Three mutexes make two sides take turns, whatever a mutex does about fairness: each side owns one, waits for the
  // next, and releases the first when it has it. Side 0 starts with mutex 0, side 1 with mutex 1; both count down.
  private static Named[] Ring(string kind, string name) {
    var ring = new Named[3];
    for (int each = 0; each < 3; ++each) ring[each] = new Named(kind, name + each);
    return ring;
  }

  private static int Pass(Named[] ring, int held, int passes) {
    for (int pass = 0; pass < passes; ++pass) {
      int next = (held + 2) % 3;
      ring[next].Take();
      ring[held].Release();
      held = next;
    }
    return held;
  }

  private static Process Start(params string[] arguments) {
    var start = new ProcessStartInfo(Environment.ProcessPath!) {
      RedirectStandardInput = true, RedirectStandardOutput = true
    };
    start.ArgumentList.Add(typeof(Bench).Assembly.Location);
    foreach (string argument in arguments) start.ArgumentList.Add(argument);
    var process = Process.Start(start)!;
    if (process.StandardOutput.ReadLine() != "ready") throw new InvalidOperationException("the peer did not start");
    return process;
  }

  // The time of one pass from process to process.
  private static void HandOff(string kind, string name, string place, List<double> times) {
    using var self = Process.GetCurrentProcess();
    nint before = self.ProcessorAffinity;
    var ring = Ring(kind, name);
    Settle(kind, place, 1);
    ring[0].Take();
    using var peer = Start("pass", kind, name, place, (Passes * (WarmUp + samples)).ToString());
    int held = 0;
    for (int sample = 0; sample < WarmUp + samples; ++sample) {
      long start = Stopwatch.GetTimestamp();
      held = Pass(ring, held, Passes);
      if (sample >= WarmUp) times.Add(Nanoseconds(start) / (2 * Passes));  // there and back
    }
    ring[held].Release();
    peer.WaitForExit();
    if (peer.ExitCode != 0) throw new InvalidOperationException("the peer failed");
    Rtss.WaitHandle.SetSpin(0);
    self.ProcessorAffinity = before;
  }

  // On two processors: each side has one of its own. Otherwise the scheduler places them.
  private static void Settle(string kind, string place, nint processor) {
    Rtss.WaitHandle.SetSpin(kind == "spinning" ? Spin : 0);
    if (place == "two") Process.GetCurrentProcess().ProcessorAffinity = processor;
  }

  private static int PassAsPeer(string kind, string name, string place, int passes) {
    var ring = Ring(kind, name);
    Settle(kind, place, 2);
    ring[1].Take();
    Console.WriteLine("ready");
    ring[Pass(ring, 1, passes)].Release();
    return 0;
  }

  // From the kill to the waiter's exception.
  private static double Death(string kind, string name) {
    using var mutex = new Named(kind, name);
    using var owner = Start("own", kind, name);
    long told = 0;
    var waiter = new Thread(() => {
      try {
        mutex.Take();
      } catch (AbandonedMutexException) {
        told = Stopwatch.GetTimestamp();
        mutex.Release();
      }
    });
    waiter.Start();
    Thread.Sleep(50);  // it waits by now; if it did not, the sample would be longer, not shorter
    long start = Stopwatch.GetTimestamp();
    owner.Kill();
    waiter.Join();
    owner.WaitForExit();
    if (told == 0) throw new InvalidOperationException("the waiter was not told");
    return Stopwatch.GetElapsedTime(start, told).TotalNanoseconds;
  }

  private static int OwnAsPeer(string kind, string name) {
    new Named(kind, name).Take();
    Console.WriteLine("ready");
    Thread.Sleep(Timeout.Infinite);
    return 0;
  }

  private static string Time(double nanoseconds) {
    return nanoseconds < 1000 ? $"{nanoseconds:F1} ns" : $"{nanoseconds / 1000:F2} us";
  }

  private static void Row(string measure, double ours, double other, string against, double target) {
    double ratio = ours / other;
    string verdict = target == 0 ? "stated | " : $"≤ {target} | {(ratio <= target ? "met" : "missed")}";
    Console.WriteLine($"| {measure} | {Time(ours)} | {against}, {Time(other)} | {ratio:F2} | {verdict} |");
  }

  private static int Main(string[] arguments) {
    if (arguments.Length == 5) return PassAsPeer(arguments[1], arguments[2], arguments[3], int.Parse(arguments[4]));
    if (arguments.Length == 3) return OwnAsPeer(arguments[1], arguments[2]);
    if (arguments.Length == 1 && arguments[0] == "--quick") rings = 1;
    else if (arguments.Length > 0) throw new ArgumentException("usage: bench.dll [--quick]");
    if (rings == 1) samples = 3;
    string name = "bench-dotnet-" + Environment.ProcessId;
    var (ours, theirs, c, allocated) = Free(name);
    List<double> handed = new(), theirsHanded = new(), spinning = new(), theirsOnTwo = new();
    List<double> died = new(), theirsDied = new();
    for (int round = 0; round < rings; ++round) {
      HandOff("ours", name + "-ring" + round, "any", handed);
      HandOff("theirs", name + "-ring" + round, "any", theirsHanded);
      if (Environment.ProcessorCount < 2) continue;
      HandOff("spinning", name + "-ring" + round, "two", spinning);
      HandOff("theirs", name + "-ring" + round, "two", theirsOnTwo);
    }
    for (int death = 0; death < samples; ++death) {
      died.Add(Death("ours", name + "-killed" + death));
      theirsDied.Add(Death("theirs", name + "-killed" + death));
    }
    Console.WriteLine("| measure | `Rtss.Mutex` | against | ratio | target | |");
    Console.WriteLine("|---|---|---|---|---|---|");
    Row("take + release", ours, theirs, ".NET's named mutex", 0.15);
    Row("hand-off between two processes", Median(handed), Median(theirsHanded), ".NET's named mutex", 0.3);
    if (spinning.Count > 0) {
      Row("the same on two processors, ours spins", Median(spinning), Median(theirsOnTwo), ".NET's named mutex", 0.3);
    }
    Row("take + release", ours, c, "the same from C", 6);
    Row("owner killed, waiter told", Median(died), Median(theirsDied), ".NET's named mutex", 0);
    Console.WriteLine();
    Console.WriteLine($"Bytes allocated by {Pairs * samples} takes and releases: {allocated}. " +
                      $".NET {Environment.Version}, {Environment.ProcessorCount} processors.");
    return 0;
  }
}
