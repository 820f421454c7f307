// The peer of the binding tests in C#; see peer.c for its language.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Rtss;

internal static class Peer {
  private static readonly Dictionary<string, NamedObject> Objects = new Dictionary<string, NamedObject>();

  private static string Create(string[] words) {
    bool created;
    string name = words[1];
    switch (words[0]) {
      case "mutex":
        Objects[name] = new NamedMutex(words[2] == "owned", name, out created);
        break;
      case "event":
        var mode = words[2] == "manual" ? EventResetMode.ManualReset : EventResetMode.AutoReset;
        Objects[name] = new NamedEvent(words[3] == "set", mode, name, out created);
        break;
      case "semaphore":
        Objects[name] = new NamedSemaphore(int.Parse(words[2]), int.Parse(words[3]), name, out created);
        break;
      default:
        Objects[name] = new SharedMemory(int.Parse(words[2]), name, out created);
        break;
    }
    return created ? "new" : "existed";
  }

  private static string WaitMany(string[] words) {
    var objects = words.Skip(2).Select(name => (WaitableObject)Objects[name]).ToArray();
    int milliseconds = int.Parse(words[1]);
    try {
      if (words[0] == "all") return WaitableObject.WaitAll(objects, milliseconds) ? "taken 0" : "timeout";
      int index = WaitableObject.WaitAny(objects, milliseconds);
      return index == WaitableObject.WaitTimeout ? "timeout" : "taken " + index;
    } catch (AbandonedMutexException abandoned) {
      return "abandoned " + Math.Max(0, abandoned.MutexIndex);
    }
  }

  private static string Wait(string name, string milliseconds) {
    try {
      return ((WaitableObject)Objects[name]).WaitOne(int.Parse(milliseconds)) ? "taken" : "timeout";
    } catch (AbandonedMutexException) {
      return "abandoned";
    }
  }

  private static void Release(string[] words) {
    var semaphore = Objects[words[1]] as NamedSemaphore;
    if (semaphore != null) {
      semaphore.Release(words.Length > 2 ? int.Parse(words[2]) : 1);
    } else {
      ((NamedMutex)Objects[words[1]]).ReleaseMutex();
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
        ((NamedEvent)Objects[words[1]]).Set();
        return "ok";
      case "reset":
        ((NamedEvent)Objects[words[1]]).Reset();
        return "ok";
      case "write":
        ((SharedMemory)Objects[words[1]]).Write(int.Parse(words[2]), Encoding.UTF8.GetBytes(words[3]));
        return "ok";
      case "read":
        byte[] data = ((SharedMemory)Objects[words[1]]).Read(int.Parse(words[2]), int.Parse(words[3]));
        return Encoding.UTF8.GetString(data).Split('\0')[0];
      case "close":
        Objects[words[1]].Dispose();
        Objects.Remove(words[1]);
        return "ok";
      case "thread-releases":  // what this thread owns, from another
        string answer = null;
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

  private static void Main() {
    Console.OutputEncoding = new UTF8Encoding(false);
    Console.InputEncoding = new UTF8Encoding(false);
    string line;
    while ((line = Console.ReadLine()) != null) Console.WriteLine(Answer(line.Split('\t')));
  }
}
