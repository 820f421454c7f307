// What bad input leads to: here, on Windows as System.Threading documents it, and in .NET on Linux. The columns "here"
// and "Linux" are run.
using System;
using System.IO;
using System.Linq;
using System.Threading;
using Here = Rtss;
using Net = System.Threading;

internal static class Table {
  private const string None = "-";
  private const string Argument = nameof(ArgumentException);
  private const string Null = nameof(ArgumentNullException);
  private const string Range = nameof(ArgumentOutOfRangeException);
  private const string CannotOpen = nameof(WaitHandleCannotBeOpenedException);
  private const string Disposed = nameof(ObjectDisposedException);
  private const string NoPlatform = nameof(PlatformNotSupportedException);
  private const string TooLong = nameof(PathTooLongException);
  private const string NoDirectory = nameof(DirectoryNotFoundException);
  private const string Io = nameof(IOException);
  private const string NotOwner = nameof(ApplicationException);
  private const string NotSupported = nameof(NotSupportedException);
  private const string Duplicate = nameof(DuplicateWaitObjectException);
  private const string Full = nameof(SemaphoreFullException);
  private const string NotNow = nameof(InvalidOperationException);
  private const string NotRun = "not run", NoCall = "no such call";

  private static readonly string Name = "table" + Environment.ProcessId;
  private static int failures;

  // The exception's type; "-" for none.
  private static string Outcome(Action? call) {
    if (call == null) return NotRun;
    try {
      call();
      return None;
    } catch (Exception error) {
      return error.GetType().Name;
    }
  }

  private static void Row(string call, string here, string windows, string linux, Action ours, Action? theirs) {
    string oursNow = Outcome(ours), theirsNow = Outcome(theirs);
    bool right = oursNow == here && (theirs == null || theirsNow == linux);
    if (!right) ++failures;
    Console.WriteLine($"{(right ? "ok  " : "FAIL")} {call} | {oursNow} | {windows} | {theirsNow}");
  }

  internal static int Check() {
    Console.WriteLine("     call | here | Windows, documented | .NET on Linux");
    Names();
    NamesOfTheOtherKinds();
    Opening();
    Using();
    Counts();
    Waits();
    SignalsAndWaits();
    return failures == 0 ? 0 : 1;
  }

  private static void Names() {
    string tooLong = new string('x', 260);
    Row("new Mutex(false, null)", None, None, None, () => new Here.Mutex(false, null),
        () => new Net.Mutex(false, null));
    Row("new Mutex(false, \"\")", None, None, None, () => new Here.Mutex(false, ""), () => new Net.Mutex(false, ""));
    Row("new Mutex, 260 characters", TooLong, TooLong, Argument, () => new Here.Mutex(false, tooLong),
        () => new Net.Mutex(false, tooLong));
    Row("new Mutex, backslash", NoDirectory, NoDirectory, Io, () => new Here.Mutex(false, Name + "\\b"),
        () => new Net.Mutex(false, Name + "\\b"));
    Row("new Mutex, Global\\ and a backslash", NoDirectory, NoDirectory, Io,
        () => new Here.Mutex(false, "Global\\a\\b"),
        () => new Net.Mutex(false, "Global\\a\\b"));
    Row("new Mutex, slash", None, None, Io, () => new Here.Mutex(false, Name + "/b"),
        () => new Net.Mutex(false, Name + "/b"));
    Row("new Mutex, not ASCII", None, None, None, () => new Here.Mutex(false, Name + "ö𝄞").Dispose(),
        () => new Net.Mutex(false, Name + "ö𝄞").Dispose());
    Row("new Mutex, half a surrogate pair", Io, None, None, () => new Here.Mutex(false, Name + "\ud800"),
        () => new Net.Mutex(false, Name + "\ud800").Dispose());
    Row("new Mutex, zero character", Argument, None, None, () => new Here.Mutex(false, Name + "\0b"),
        () => new Net.Mutex(false, Name + "\0b").Dispose());
    Row("new EventWaitHandle, a name", None, None, NoPlatform,
        () => new Here.EventWaitHandle(false, EventResetMode.AutoReset, Name + "e").Dispose(),
        () => new Net.EventWaitHandle(false, EventResetMode.AutoReset, Name + "e"));
    Row("new Semaphore, a name", None, None, NoPlatform, () => new Here.Semaphore(0, 1, Name + "s").Dispose(),
        () => new Net.Semaphore(0, 1, Name + "s"));
    using var other = new Here.EventWaitHandle(false, EventResetMode.AutoReset, Name + "kind");
    Row("new Mutex, the name of an event", CannotOpen, CannotOpen, NotRun,
        () => new Here.Mutex(false, Name + "kind"), null);
    Row("new EventWaitHandle, the name of a mutex", CannotOpen, CannotOpen, NoPlatform, () => {
      using var mutex = new Here.Mutex(false, Name + "kind2");
      _ = new Here.EventWaitHandle(false, EventResetMode.AutoReset, Name + "kind2");
    }, () => {
      using var mutex = new Net.Mutex(false, Name + "kind2");
      _ = new Net.EventWaitHandle(false, EventResetMode.AutoReset, Name + "kind2");
    });
    Row("new Semaphore, the name of a mutex", CannotOpen, CannotOpen, NoPlatform, () => {
      using var mutex = new Here.Mutex(false, Name + "kind4");
      _ = new Here.Semaphore(0, 1, Name + "kind4");
    }, () => {
      using var mutex = new Net.Mutex(false, Name + "kind4");
      _ = new Net.Semaphore(0, 1, Name + "kind4");
    });
    Row("new SharedMemory, the name of an event", CannotOpen, NoCall, NoCall,
        () => new Here.SharedMemory(1, Name + "kind"), null);
    Row("new EventWaitHandle, mode 7", Argument, Argument, Argument,
        () => new Here.EventWaitHandle(false, (EventResetMode)7),
        () => new Net.EventWaitHandle(false, (EventResetMode)7));
    Row("new Mutex, NamedWaitHandleOptions", NoPlatform, None, None, () => Refused(),
        () => new Net.Mutex(false, Name + "options", new NamedWaitHandleOptions()).Dispose());
  }

  // A name that .NET refuses on Linux is refused because it is one.
  private static void NamesOfTheOtherKinds() {
    void Rows(string kind, Action<string?> ours, Action<string?>? theirs) {
      string windows(string here) { return theirs == null ? NoCall : here; }
      void Name(string what, string? name, string here, string documented, string linux) {
        Row($"new {kind}, {what}", here, windows(documented), linux, () => ours(name),
            theirs == null ? null : () => theirs(name));
      }
      Name("null", null, None, None, None);
      Name("empty", "", None, None, NoPlatform);
      Name("260 characters", new string('x', 260), TooLong, TooLong, NoPlatform);
      Name("backslash", Table.Name + "\\b", NoDirectory, NoDirectory, NoPlatform);
      Name("not ASCII", Table.Name + kind + "ö𝄞", None, None, NoPlatform);
      Name("zero character", Table.Name + "\0b", Argument, None, NoPlatform);
    }
    Rows("EventWaitHandle", name => new Here.EventWaitHandle(false, EventResetMode.AutoReset, name).Dispose(),
         name => new Net.EventWaitHandle(false, EventResetMode.AutoReset, name).Dispose());
    Rows("Semaphore", name => new Here.Semaphore(0, 1, name).Dispose(),
         name => new Net.Semaphore(0, 1, name).Dispose());
    Rows("SharedMemory", name => new Here.SharedMemory(1, name).Dispose(), null);
  }

  // What OpenExisting refuses because no object of this kind has the name, or none can have it, is false for
  // TryOpenExisting.
  private static void Opening() {
    using var anEvent = new Here.EventWaitHandle(false, EventResetMode.AutoReset, Name + "an event");
    using var aMutex = new Here.Mutex(false, Name + "a mutex");
    void Rows(string type, string otherKind, Func<string, IDisposable?> ours, Func<string, IDisposable?>? theirs,
              string[] linux) {
      bool tries = type.EndsWith("TryOpenExisting");
      int row = 0;
      void Call(string what, string name, string here, string documented) {
        Row($"{type}, {what}", here, theirs == null ? NoCall : documented, linux[row++], () => Nothing(ours(name)),
            theirs == null ? null : () => Nothing(theirs(name)));
      }
      void Refused(string what, string name, string here) {
        Call(what, name, tries ? None : here, tries ? None : here);
      }
      Call("null", null!, Null, Null);
      Call("empty", "", Argument, Argument);
      Call("260 characters", new string('x', 260), TooLong, TooLong);
      Call("zero character", Name + "\0b", Argument, tries ? None : CannotOpen);
      Refused("absent", Name + "absent", CannotOpen);
      Refused("absent, not ASCII", Name + "ö𝄞 absent", CannotOpen);
      Refused("backslash", "a\\b", NoDirectory);
      Call("half a surrogate pair", Name + "\ud800", tries ? None : Io, tries ? None : CannotOpen);
      Refused("the name of another kind", otherKind, CannotOpen);
    }
    string[] refused = [..Enumerable.Repeat(NoPlatform, 9)], none = [..Enumerable.Repeat(NotRun, 9)];
    string[] tried = [Null, Argument, Argument, None, None, None, None, None, None];
    string[] opened = [Null, Argument, Argument, CannotOpen, CannotOpen, CannotOpen, CannotOpen, CannotOpen, CannotOpen];
    Rows("Mutex.OpenExisting", anEvent.Name!, Here.Mutex.OpenExisting, Net.Mutex.OpenExisting, opened);
    Rows("Mutex.TryOpenExisting", anEvent.Name!, name => Here.Mutex.TryOpenExisting(name, out var it) ? it : null,
         name => Net.Mutex.TryOpenExisting(name, out var it) ? it : null, tried);
    Rows("EventWaitHandle.OpenExisting", aMutex.Name!, Here.EventWaitHandle.OpenExisting,
         Net.EventWaitHandle.OpenExisting, refused);
    Rows("EventWaitHandle.TryOpenExisting", aMutex.Name!,
         name => Here.EventWaitHandle.TryOpenExisting(name, out var it) ? it : null,
         name => Net.EventWaitHandle.TryOpenExisting(name, out var it) ? it : null, refused);
    Rows("Semaphore.OpenExisting", aMutex.Name!, Here.Semaphore.OpenExisting, Net.Semaphore.OpenExisting, refused);
    Rows("Semaphore.TryOpenExisting", aMutex.Name!,
         name => Here.Semaphore.TryOpenExisting(name, out var it) ? it : null,
         name => Net.Semaphore.TryOpenExisting(name, out var it) ? it : null, refused);
    Rows("SharedMemory.OpenExisting", aMutex.Name!, Here.SharedMemory.OpenExisting, null, none);
  }

  private static void Nothing(IDisposable? opened) {
    if (opened != null) throw new InvalidOperationException("opened");
  }

  // By reflection, as PowerShell does: the compiler refuses it already.
  private static void Refused() {
    try {
      Activator.CreateInstance(typeof(Here.Mutex), false, Name, new NamedWaitHandleOptions());
    } catch (System.Reflection.TargetInvocationException error) {
      throw error.InnerException!;
    }
  }

  private static void Using() {
    Here.Mutex Ours() { return new Here.Mutex(false, Name + "use"); }
    Net.Mutex Theirs() { return new Net.Mutex(false, Name + "use"); }
    Row("ReleaseMutex, not owned", NotOwner, NotOwner, NotOwner,
        () => Ours().ReleaseMutex(), () => Theirs().ReleaseMutex());
    Row("Mutex.WaitOne, disposed", Disposed, Disposed, Disposed,
        () => { var it = Ours(); it.Dispose(); it.WaitOne(0); },
        () => { var it = Theirs(); it.Dispose(); it.WaitOne(0); });
    Row("Mutex.ReleaseMutex, disposed", Disposed, Disposed, Disposed,
        () => { var it = Ours(); it.Dispose(); it.ReleaseMutex(); },
        () => { var it = Theirs(); it.Dispose(); it.ReleaseMutex(); });
    Row("Mutex.Dispose, twice", None, None, None, () => { var it = Ours(); it.Dispose(); it.Dispose(); },
        () => { var it = Theirs(); it.Dispose(); it.Dispose(); });
    Row("EventWaitHandle.Set, disposed", Disposed, Disposed, Disposed, () => {
      var it = new Here.EventWaitHandle(false, EventResetMode.AutoReset);
      it.Dispose();
      it.Set();
    }, () => {
      var it = new Net.EventWaitHandle(false, EventResetMode.AutoReset);
      it.Dispose();
      it.Set();
    });
    Row("Semaphore.Release, disposed", Disposed, Disposed, Disposed,
        () => { var it = new Here.Semaphore(0, 1); it.Dispose(); it.Release(); },
        () => { var it = new Net.Semaphore(0, 1); it.Dispose(); it.Release(); });
    Here.EventWaitHandle OursGone() {
      var it = new Here.EventWaitHandle(false, EventResetMode.AutoReset);
      it.Dispose();
      return it;
    }
    Net.EventWaitHandle TheirsGone() {
      var it = new Net.EventWaitHandle(false, EventResetMode.AutoReset);
      it.Dispose();
      return it;
    }
    Row("EventWaitHandle.Reset, disposed", Disposed, Disposed, Disposed, () => OursGone().Reset(),
        () => TheirsGone().Reset());
    Row("EventWaitHandle.Pulse, disposed", Disposed, NoCall, NoCall, () => OursGone().Pulse(), null);
    Row("EventWaitHandle.WaitOne, disposed", Disposed, Disposed, Disposed, () => OursGone().WaitOne(0),
        () => TheirsGone().WaitOne(0));
    Row("EventWaitHandle.WaitOne with a token, disposed", Disposed, NoCall, NoCall,
        () => OursGone().WaitOne(0, new CancellationTokenSource().Token), null);
    Row("WaitAll, a disposed one", Disposed, Disposed, Disposed, () => Here.WaitHandle.WaitAll([OursGone()]),
        () => Net.WaitHandle.WaitAll([TheirsGone()]));
    Row("Semaphore.WaitOne, disposed", Disposed, Disposed, Disposed,
        () => { var it = new Here.Semaphore(0, 1); it.Dispose(); it.WaitOne(0); },
        () => { var it = new Net.Semaphore(0, 1); it.Dispose(); it.WaitOne(0); });
    Row("Mutex.IsOwned, disposed", Disposed, NoCall, NoCall,
        () => { var it = Ours(); it.Dispose(); _ = it.IsOwned; }, null);
    Row("SharedMemory.Read, disposed", Disposed, NoCall, NoCall,
        () => { var it = new Here.SharedMemory(8, null); it.Dispose(); it.Read<int>(0); }, null);
    Row("SharedMemory.Write, disposed", Disposed, NoCall, NoCall,
        () => { var it = new Here.SharedMemory(8, null); it.Dispose(); it.Write(0, 1); }, null);
    Row("SharedMemory.WriteBytes, disposed", Disposed, NoCall, NoCall,
        () => { var it = new Here.SharedMemory(8, null); it.Dispose(); it.WriteBytes(0, new byte[1]); }, null);
    Row("SharedMemory.ReadBytes, disposed", Disposed, NoCall, NoCall,
        () => { var it = new Here.SharedMemory(8, null); it.Dispose(); it.ReadBytes(0, 1); }, null);
    Row("SharedMemory.Span, disposed", Disposed, NoCall, NoCall,
        () => { var it = new Here.SharedMemory(8, null); it.Dispose(); _ = it.Span.Length; }, null);
  }

  private static void Counts() {
    Row("new Semaphore(-1, 1)", Range, Range, Range, () => new Here.Semaphore(-1, 1), () => new Net.Semaphore(-1, 1));
    Row("new Semaphore(0, 0)", Range, Range, Range, () => new Here.Semaphore(0, 0), () => new Net.Semaphore(0, 0));
    Row("new Semaphore(2, 1)", Argument, Argument, Argument, () => new Here.Semaphore(2, 1),
        () => new Net.Semaphore(2, 1));
    Row("Semaphore.Release(0)", Range, Range, Range, () => new Here.Semaphore(0, 1).Release(0),
        () => new Net.Semaphore(0, 1).Release(0));
    Row("Semaphore.Release, full", Full, Full, Full, () => new Here.Semaphore(1, 1).Release(),
        () => new Net.Semaphore(1, 1).Release());
    Row("new SharedMemory(0)", Range, NoCall, NoCall, () => new Here.SharedMemory(0, null), null);
    Row("SharedMemory.ReadBytes(7, 2) of 8", Range, NoCall, NoCall,
        () => new Here.SharedMemory(8, null).ReadBytes(7, 2), null);
    Row("SharedMemory.Write(5, an int) of 8", Range, NoCall, NoCall,
        () => new Here.SharedMemory(8, null).Write(5, 1), null);
    Row("SharedMemory.Write(-1, a byte)", Range, NoCall, NoCall,
        () => new Here.SharedMemory(8, null).Write(-1, (byte)1), null);
    Row("SharedMemory.WriteBytes(0, null)", Null, NoCall, NoCall,
        () => new Here.SharedMemory(8, null).WriteBytes(0, null!), null);
  }

  private static void Waits() {
    Here.WaitHandle[] Ours(int count) {
      var made = new Here.WaitHandle[count];
      for (int index = 0; index < count; ++index)
        made[index] = new Here.EventWaitHandle(true, EventResetMode.ManualReset);
      return made;
    }
    Net.WaitHandle[] Theirs(int count) {
      var made = new Net.WaitHandle[count];
      for (int index = 0; index < count; ++index) made[index] = new Net.ManualResetEvent(true);
      return made;
    }
    Here.WaitHandle ours = Ours(1)[0];
    Net.WaitHandle theirs = Theirs(1)[0];
    TimeSpan day = TimeSpan.FromDays(1), negative = TimeSpan.FromMilliseconds(-2);
    Row("WaitOne(-2)", Range, Range, Range, () => ours.WaitOne(-2), () => theirs.WaitOne(-2));
    Row("WaitOne(-2 ms)", Range, Range, Range, () => ours.WaitOne(negative), () => theirs.WaitOne(negative));
    Row("WaitOne(30 days)", Range, Range, Range, () => ours.WaitOne(30 * day), () => theirs.WaitOne(30 * day));
    Row("WaitOne(24 days)", None, None, None, () => ours.WaitOne(24 * day), () => theirs.WaitOne(24 * day));
    Row("WaitAny(null)", Null, Null, Null, () => Here.WaitHandle.WaitAny(null!), () => Net.WaitHandle.WaitAny(null!));
    Row("WaitAny, empty", Argument, Argument, Argument, () => Here.WaitHandle.WaitAny([]),
        () => Net.WaitHandle.WaitAny([]));
    Row("WaitAny, a null element", Null, Null, Null, () => Here.WaitHandle.WaitAny([ours, null!]),
        () => Net.WaitHandle.WaitAny([theirs, null!]));
    Row("WaitAny of 64", None, None, None, () => Here.WaitHandle.WaitAny(Ours(64)),
        () => Net.WaitHandle.WaitAny(Theirs(64)));
    Row("WaitAny of 65", NotSupported, NotSupported, NotSupported,
        () => Here.WaitHandle.WaitAny(Ours(65)), () => Net.WaitHandle.WaitAny(Theirs(65)));
    Row("WaitAny of 64 and a token", NotSupported, NoCall, NoCall,
        () => Here.WaitHandle.WaitAny(Ours(64), 0, new CancellationTokenSource().Token), null);
    Row("WaitAny, one twice", None, None, None, () => Here.WaitHandle.WaitAny([ours, ours]),
        () => Net.WaitHandle.WaitAny([theirs, theirs]));
    Row("WaitAny(-2)", Range, Range, Range, () => Here.WaitHandle.WaitAny(new[] { ours }, -2),
        () => Net.WaitHandle.WaitAny(new[] { theirs }, -2));
    Row("WaitAny, a disposed one", Disposed, Disposed, Disposed,
        () => { var it = Ours(1)[0]; it.Dispose(); Here.WaitHandle.WaitAny([ours, it]); },
        () => { var it = Theirs(1)[0]; it.Dispose(); Net.WaitHandle.WaitAny([theirs, it]); });
    Row("WaitAny, a named mutex and another", None, None, NoPlatform,
        () => Here.WaitHandle.WaitAny([ours, new Here.Mutex(false, Name + "any")]),
        () => Net.WaitHandle.WaitAny([theirs, new Net.Mutex(false, Name + "any")]));
    Row("WaitAll(null)", Null, Null, Null, () => Here.WaitHandle.WaitAll(null!), () => Net.WaitHandle.WaitAll(null!));
    Row("WaitAll, empty", Argument, Argument, Argument, () => Here.WaitHandle.WaitAll([]),
        () => Net.WaitHandle.WaitAll([]));
    Row("WaitAll, a null element", Null, Null, Null, () => Here.WaitHandle.WaitAll([ours, null!]),
        () => Net.WaitHandle.WaitAll([theirs, null!]));
    Row("WaitAll, one twice", Duplicate, Duplicate, Duplicate, () => Here.WaitHandle.WaitAll([ours, ours]),
        () => Net.WaitHandle.WaitAll([theirs, theirs]));
    Row("WaitAll, one by two handles", Duplicate, Duplicate, NoPlatform, () => {
      using var first = new Here.Mutex(false, Name + "twice");
      using var second = new Here.Mutex(false, Name + "twice");
      Here.WaitHandle.WaitAll([first, second]);
    }, () => {
      using var first = new Net.Mutex(false, Name + "twice");
      using var second = new Net.Mutex(false, Name + "twice");
      Net.WaitHandle.WaitAll([first, second]);
    });
    Row("WaitAll of 65", NotSupported, NotSupported, NotSupported,
        () => Here.WaitHandle.WaitAll(Ours(65)), () => Net.WaitHandle.WaitAll(Theirs(65)));
    Row("WaitAny(-2 ms)", Range, Range, Range, () => Here.WaitHandle.WaitAny([ours], negative),
        () => Net.WaitHandle.WaitAny([theirs], negative));
    Row("WaitAll(-2)", Range, Range, Range, () => Here.WaitHandle.WaitAll([ours], -2),
        () => Net.WaitHandle.WaitAll([theirs], -2));
    Row("SetSpin(-1)", Range, NoCall, NoCall, () => Here.WaitHandle.SetSpin(-1), null);
    Row("WaitOne, token cancelled before", nameof(OperationCanceledException), NoCall, NoCall,
        () => ours.WaitOne(new CancellationToken(true)), null);
  }

  // Objects without a name: .NET has these on Linux too.
  private static void SignalsAndWaits() {
    void Rows(string what, string outcome, Func<Here.WaitHandle> ours, Func<Net.WaitHandle> theirs) {
      using var end = new Here.ManualResetEvent(true);
      using var theirEnd = new Net.ManualResetEvent(true);
      Row($"SignalAndWait, {what}", outcome, outcome, outcome, () => Here.WaitHandle.SignalAndWait(ours(), end),
          () => Net.WaitHandle.SignalAndWait(theirs(), theirEnd));
    }
    Rows("an event", None, () => new Here.AutoResetEvent(true), () => new Net.AutoResetEvent(true));
    Rows("an owned mutex", None, () => new Here.Mutex(true), () => new Net.Mutex(true));
    Rows("a mutex, not owned", NotOwner, () => new Here.Mutex(), () => new Net.Mutex());
    Rows("a full semaphore", NotNow, () => new Here.Semaphore(1, 1), () => new Net.Semaphore(1, 1));
    Rows("null to signal", Null, () => null!, () => null!);
    Here.ManualResetEvent ours = new(false), oursGone = new(true);
    Net.ManualResetEvent theirs = new(false), theirsGone = new(true);
    oursGone.Dispose();
    theirsGone.Dispose();
    TimeSpan negative = TimeSpan.FromMilliseconds(-2);
    Rows("disposed to signal", Disposed, () => oursGone, () => theirsGone);
    Row("SignalAndWait, disposed to wait for", Disposed, Disposed, Disposed,
        () => Here.WaitHandle.SignalAndWait(ours, oursGone), () => Net.WaitHandle.SignalAndWait(theirs, theirsGone));
    Row("SignalAndWait, null to wait for", Null, Null, Null, () => Here.WaitHandle.SignalAndWait(ours, null!),
        () => Net.WaitHandle.SignalAndWait(theirs, null!));
    Row("SignalAndWait(-2)", Range, Range, Range, () => Here.WaitHandle.SignalAndWait(ours, ours, -2, false),
        () => Net.WaitHandle.SignalAndWait(theirs, theirs, -2, false));
    Row("SignalAndWait(-2 ms)", Range, Range, Range, () => Here.WaitHandle.SignalAndWait(ours, ours, negative, false),
        () => Net.WaitHandle.SignalAndWait(theirs, theirs, negative, false));
    Row("SignalAndWait, nothing was set by what was refused", None, None, None, () => Nothing(ours.WaitOne(0) ? ours : null),
        () => Nothing(theirs.WaitOne(0) ? theirs : null));
  }
}
