// The peer of the binding tests in C#; see peer.c for its language. With an argument: the checks of one process, or a
// block of the documentation.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Rtss;
using EventWaitHandle = Rtss.EventWaitHandle;
using Mutex = Rtss.Mutex;
using Semaphore = Rtss.Semaphore;
using WaitHandle = Rtss.WaitHandle;

internal static class Peer {
  private static readonly Dictionary<string, SharedObject> Objects = new Dictionary<string, SharedObject>();

  private static string Create(string[] words) {
    bool created;
    string name = words[1];
    switch (words[0]) {
      case "mutex":
        Objects[name] = new Mutex(words[2] == "owned", name, out created);
        break;
      case "event":
        var mode = words[2] == "manual" ? EventResetMode.ManualReset : EventResetMode.AutoReset;
        Objects[name] = new EventWaitHandle(words[3] == "set", mode, name, out created);
        break;
      case "semaphore":
        Objects[name] = new Semaphore(int.Parse(words[2]), int.Parse(words[3]), name, out created);
        break;
      default:
        Objects[name] = new SharedMemory(int.Parse(words[2]), name, out created);
        break;
    }
    return created ? "new" : "existed";
  }

  private static string WaitMany(string[] words) {
    var objects = words.Skip(2).Select(name => (WaitHandle)Objects[name]).ToArray();
    int milliseconds = int.Parse(words[1]);
    try {
      if (words[0] == "all") return WaitHandle.WaitAll(objects, milliseconds) ? "taken 0" : "timeout";
      int index = WaitHandle.WaitAny(objects, milliseconds);
      return index == WaitHandle.WaitTimeout ? "timeout" : "taken " + index;
    } catch (AbandonedMutexException abandoned) {
      return "abandoned " + Math.Max(0, abandoned.MutexIndex);
    }
  }

  private static string Wait(string name, string milliseconds) {
    try {
      return ((WaitHandle)Objects[name]).WaitOne(int.Parse(milliseconds)) ? "taken" : "timeout";
    } catch (AbandonedMutexException) {
      return "abandoned";
    }
  }

  private static void Release(string[] words) {
    if (Objects[words[1]] is Semaphore semaphore) {
      semaphore.Release(words.Length > 2 ? int.Parse(words[2]) : 1);
    } else {
      ((Mutex)Objects[words[1]]).ReleaseMutex();
    }
  }

  private static string Obey(string[] words) {
    switch (words[0]) {
      case "any":
      case "all":
        return WaitMany(words);
      case "wait":
        return Wait(words[1], words[2]);
      case "release":
        Release(words);
        return "ok";
      case "set":
        ((EventWaitHandle)Objects[words[1]]).Set();
        return "ok";
      case "reset":
        ((EventWaitHandle)Objects[words[1]]).Reset();
        return "ok";
      case "write":
        ((SharedMemory)Objects[words[1]]).WriteBytes(int.Parse(words[2]), Encoding.UTF8.GetBytes(words[3]));
        return "ok";
      case "read":
        byte[] data = ((SharedMemory)Objects[words[1]]).ReadBytes(int.Parse(words[2]), int.Parse(words[3]));
        return Encoding.UTF8.GetString(data).Split('\0')[0];
      case "close":
        Objects[words[1]].Dispose();
        Objects.Remove(words[1]);
        return "ok";
      case "thread-releases":  // what this thread owns, from another
        string answer = "";
        var thread = new Thread(() => answer = Answer(new[] { "release", words[1] }));
        thread.Start();
        thread.Join();
        return answer;
      default:
        return Create(words);
    }
  }

  // The exception's type in place of a code: that is what a C# program sees.
  private static string Answer(string[] words) {
    try {
      return Obey(words);
    } catch (Exception error) {
      return "error " + error.GetType().Name;
    }
  }

  private static int Load() {
    try {
      Console.WriteLine("loaded for " + Namespace.Name);
    } catch (DllNotFoundException error) {
      Console.WriteLine(error.Message);
    }
    return 0;
  }

  private static int Main(string[] arguments) {
    Console.OutputEncoding = new UTF8Encoding(false);
    Console.InputEncoding = new UTF8Encoding(false);
    if (arguments.Length > 0) {
      switch (arguments[0]) {
        case "table":
          return Table.Check();
        case "shapes":
          return Shapes.Check();
        case "runtime":
          return RuntimeChecks.Check();
        case "async":
          return RuntimeChecks.ReleaseAfterAwait();
        case "library":
          return Load();
        case "namespace":  // as a script sets it, with $env:
          Environment.SetEnvironmentVariable("RTSS_NAMESPACE", arguments[1]);
          break;
        default:
          return Blocks.Run(arguments[1]);
      }
    }
    while (Console.ReadLine() is string line) Console.WriteLine(Answer(line.Split('\t')));
    return 0;
  }
}
