// Named mutexes, events, semaphores and memory of librtapi for .NET, Mono and PowerShell (Add-Type -Path Rtss.cs).
//
// The classes are used as their namesakes in System.Threading and throw the same exceptions, with one difference that
// is the point of them: the names are those of all processes of the namespace (environment variable RTSS_NAMESPACE),
// programs in C and shell scripts included. One file, no dependency but librtapi.so.0.
//
// A mutex belongs to the operating system's thread that took it. Code that may move to another thread while it owns one
// (after an await, in another Task) cannot release it: take and release it between two awaits.
using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace Rtss {

/// <summary>A call failed and changed nothing, in a way that System.Threading has no exception for.</summary>
public sealed class RtssException : Exception {
  /// <summary>The Win32 error code.</summary>
  public uint Code { get; private set; }

  public RtssException(string message, uint code) : base(message) { Code = code; }
}

internal sealed class ObjectHandle : SafeHandleZeroOrMinusOneIsInvalid {
  public ObjectHandle() : base(true) { }

  protected override bool ReleaseHandle() { return Native.RtCloseHandle(handle) != 0; }
}

internal static class Native {
  private const string Library = "librtapi.so.0";

  [StructLayout(LayoutKind.Sequential)]
  internal struct MemoryInfo {
    public uint Protect;
    public uint Size;
  }

  [DllImport(Library)]
  internal static extern uint RtGetLastError();
  [DllImport(Library)]
  internal static extern int RtCloseHandle(IntPtr handle);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtCreateMutexW(IntPtr attributes, int owned, string name);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtOpenMutexW(uint access, int inherit, string name);
  [DllImport(Library)]
  internal static extern int RtReleaseMutex(ObjectHandle handle);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtCreateEventW(IntPtr attributes, int manualReset, int initialState, string name);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtOpenEventW(uint access, int inherit, string name);
  [DllImport(Library)]
  internal static extern int RtSetEvent(ObjectHandle handle);
  [DllImport(Library)]
  internal static extern int RtResetEvent(ObjectHandle handle);
  [DllImport(Library)]
  internal static extern int RtPulseEvent(ObjectHandle handle);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtCreateSemaphoreW(IntPtr attributes, int initial, int maximum, string name);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtOpenSemaphoreW(uint access, int inherit, string name);
  [DllImport(Library)]
  internal static extern int RtReleaseSemaphore(ObjectHandle handle, int count, out int previous);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtCreateSharedMemoryW(uint protect, uint sizeHigh, uint sizeLow, string name,
                                                            out IntPtr location);
  [DllImport(Library, CharSet = CharSet.Unicode)]
  internal static extern ObjectHandle RtOpenSharedMemoryW(uint access, int inherit, string name, out IntPtr location);
  [DllImport(Library)]
  internal static extern int RtQuerySharedMemory(ObjectHandle handle, out MemoryInfo info);
  [DllImport(Library)]
  internal static extern uint RtWaitForSingleObject(ObjectHandle handle, uint milliseconds);
  [DllImport(Library)]
  internal static extern uint RtWaitForMultipleObjects(uint count, IntPtr[] handles, int waitAll, uint milliseconds);
}

/// <summary>A handle to a named object. Dispose closes it; the name goes with its last handle in any process.</summary>
public abstract class NamedObject : IDisposable {
  protected const uint FileNotFound = 2, AlreadyExists = 183;

  internal ObjectHandle Handle { get; private set; }

  /// <summary>The name, or null for an object that only this process knows.</summary>
  public string Name { get; private set; }

  internal NamedObject(string name) {
    if (name != null && (name.Length == 0 || name.IndexOf('\0') >= 0)) {
      throw new ArgumentException("An object's name is not empty; null makes one without a name", "name");
    }
    Name = name;
  }

  /// <summary>Takes the handle of a create call; true if it made the object.</summary>
  internal bool AdoptCreated(ObjectHandle handle) {
    uint code = Native.RtGetLastError();
    if (handle.IsInvalid) throw ErrorFor("create", code);
    Handle = handle;
    return code != AlreadyExists;
  }

  /// <summary>Takes the handle of an open call; false if there is no such object.</summary>
  internal bool AdoptOpened(ObjectHandle handle) {
    uint code = Native.RtGetLastError();
    if (handle.IsInvalid && code != FileNotFound) throw ErrorFor("open", code);
    Handle = handle;
    return !handle.IsInvalid;
  }

  internal Exception ErrorFor(string call, uint code) {
    string what = call + " " + this + ": ";
    switch (code) {
      case FileNotFound:
        return new WaitHandleCannotBeOpenedException(what + "nothing has this name in this RTSS_NAMESPACE");
      case 5:
        return new UnauthorizedAccessException(what + "the namespace belongs to somebody else");
      case 6:
        return new WaitHandleCannotBeOpenedException(what + "the name belongs to another kind of object");
      case 123:
        return new ArgumentException(what + "a name may not hold a backslash, nor half a surrogate pair");
      case 206:
        return new ArgumentException(what + "the name is longer than 259 bytes of UTF-8");
      case 288:
        return new ApplicationException(what + "the calling thread does not own it");
      case 298:
        return new SemaphoreFullException(what + "the count would exceed its maximum");
      default:
        return new RtssException(what + "failed with Win32 error " + code, code);
    }
  }

  internal void Check(string call, int result) {
    if (result == 0) throw ErrorFor(call, Native.RtGetLastError());
  }

  public void Dispose() {
    if (Handle != null) Handle.Dispose();
  }

  public override string ToString() {
    return GetType().Name + (Name == null ? " without a name" : " \"" + Name + "\"");
  }
}

/// <summary>An object to wait for.</summary>
public abstract class WaitableObject : NamedObject {
  private const uint Abandoned = 0x80, TimedOut = 0x102, Failed = 0xFFFFFFFF;

  /// <summary>What WaitAny returns when the time was up; System.Threading.WaitHandle has the same number.</summary>
  public const int WaitTimeout = 258;

  internal WaitableObject(string name) : base(name) { }

  /// <summary>Waits without limit and takes the object.</summary>
  public bool WaitOne() { return WaitOne(Timeout.Infinite); }

  public bool WaitOne(TimeSpan timeout) { return WaitOne(Milliseconds(timeout)); }

  /// <summary>Waits and takes the object; false when the time was up.</summary>
  /// <exception cref="AbandonedMutexException">The mutex was taken, but its last owner ended while owning it: what it
  /// protects may be half changed. The calling thread owns it and has to release it.</exception>
  public bool WaitOne(int millisecondsTimeout) {
    Require(millisecondsTimeout);
    uint result = Native.RtWaitForSingleObject(Handle, unchecked((uint)millisecondsTimeout));
    if (result == Failed) throw ErrorFor("wait for", Native.RtGetLastError());
    if (result == Abandoned) throw AbandonedAt(0, ToString());
    return result != TimedOut;
  }

  /// <summary>Waits for one of up to 64 objects, takes it and returns its index, or WaitTimeout.</summary>
  public static int WaitAny(WaitableObject[] objects, int millisecondsTimeout) {
    uint result = WaitMany(objects, false, millisecondsTimeout);
    if (result == TimedOut) return WaitTimeout;
    if (result >= Abandoned) {
      int index = (int)(result - Abandoned);
      throw AbandonedAt(index, objects[index].ToString());
    }
    return (int)result;
  }

  public static int WaitAny(params WaitableObject[] objects) { return WaitAny(objects, Timeout.Infinite); }

  /// <summary>Waits until all of up to 64 objects can be taken at once, and takes them; false when the time was up.
  /// </summary>
  public static bool WaitAll(WaitableObject[] objects, int millisecondsTimeout) {
    uint result = WaitMany(objects, true, millisecondsTimeout);
    if (result == Abandoned) throw AbandonedAt(-1, "all were taken, and a mutex among them");
    return result != TimedOut;
  }

  public static bool WaitAll(params WaitableObject[] objects) { return WaitAll(objects, Timeout.Infinite); }

  private static uint WaitMany(WaitableObject[] objects, bool all, int millisecondsTimeout) {
    Require(millisecondsTimeout);
    if (objects == null) throw new ArgumentNullException("objects");
    if (objects.Length < 1 || objects.Length > 64) throw new NotSupportedException("1 to 64 objects can be waited for");
    var handles = new IntPtr[objects.Length];
    int held = 0;
    try {
      for (; held < objects.Length; ++held) {
        bool added = false;
        objects[held].Handle.DangerousAddRef(ref added);
        handles[held] = objects[held].Handle.DangerousGetHandle();
      }
      uint result = Native.RtWaitForMultipleObjects((uint)handles.Length, handles, all ? 1 : 0,
                                                    unchecked((uint)millisecondsTimeout));
      if (result == Failed) throw objects[0].ErrorFor("wait for several objects, the first of them", Native.RtGetLastError());
      return result;
    } finally {
      while (--held >= 0) objects[held].Handle.DangerousRelease();
    }
  }

  private static AbandonedMutexException AbandonedAt(int index, string which) {
    return new AbandonedMutexException(which + ": taken, but its last owner ended while owning it", index, null);
  }

  private static int Milliseconds(TimeSpan timeout) {
    double milliseconds = Math.Ceiling(timeout.TotalMilliseconds);
    if (milliseconds < -1 || milliseconds > int.MaxValue) throw new ArgumentOutOfRangeException("timeout");
    return (int)milliseconds;
  }

  private static void Require(int millisecondsTimeout) {
    if (millisecondsTimeout < -1) throw new ArgumentOutOfRangeException("millisecondsTimeout");
  }
}

/// <summary>A mutex, owned by a thread, recursive, with priority inheritance. Used as System.Threading.Mutex.</summary>
public sealed class NamedMutex : WaitableObject {
  /// <param name="initiallyOwned">a mutex that this call creates is owned by the calling thread from the start; no
  /// effect on one that existed: look at createdNew</param>
  public NamedMutex(bool initiallyOwned, string name, out bool createdNew) : base(name) {
    createdNew = AdoptCreated(Native.RtCreateMutexW(IntPtr.Zero, initiallyOwned ? 1 : 0, name));
  }

  public NamedMutex(bool initiallyOwned, string name) : base(name) {
    AdoptCreated(Native.RtCreateMutexW(IntPtr.Zero, initiallyOwned ? 1 : 0, name));
  }

  private NamedMutex(string name) : base(name) { }

  public static bool TryOpenExisting(string name, out NamedMutex result) {
    result = new NamedMutex(name);
    if (!result.AdoptOpened(Native.RtOpenMutexW(0, 0, name))) result = null;
    return result != null;
  }

  public static NamedMutex OpenExisting(string name) {
    NamedMutex result;
    if (!TryOpenExisting(name, out result)) throw new NamedMutex(name).ErrorFor("open", FileNotFound);
    return result;
  }

  /// <summary>Undoes one acquisition of the calling thread.</summary>
  /// <exception cref="ApplicationException">The calling thread does not own it.</exception>
  public void ReleaseMutex() { Check("release", Native.RtReleaseMutex(Handle)); }
}

/// <summary>An event. Used as System.Threading.EventWaitHandle.</summary>
public sealed class NamedEvent : WaitableObject {
  /// <param name="mode">no effect on an event that existed, nor has initialState: look at createdNew</param>
  public NamedEvent(bool initialState, EventResetMode mode, string name, out bool createdNew) : base(name) {
    int manual = mode == EventResetMode.ManualReset ? 1 : 0;
    createdNew = AdoptCreated(Native.RtCreateEventW(IntPtr.Zero, manual, initialState ? 1 : 0, name));
  }

  private NamedEvent(string name) : base(name) { }

  public static bool TryOpenExisting(string name, out NamedEvent result) {
    result = new NamedEvent(name);
    if (!result.AdoptOpened(Native.RtOpenEventW(0, 0, name))) result = null;
    return result != null;
  }

  public static NamedEvent OpenExisting(string name) {
    NamedEvent result;
    if (!TryOpenExisting(name, out result)) throw new NamedEvent(name).ErrorFor("open", FileNotFound);
    return result;
  }

  public void Set() { Check("set", Native.RtSetEvent(Handle)); }
  public void Reset() { Check("reset", Native.RtResetEvent(Handle)); }

  /// <summary>Lets go who waits at this moment (auto-reset: one of them) and leaves the event clear.</summary>
  public void Pulse() { Check("pulse", Native.RtPulseEvent(Handle)); }
}

/// <summary>A count from 0 to a maximum. Used as System.Threading.Semaphore.</summary>
public sealed class NamedSemaphore : WaitableObject {
  /// <param name="initialCount">no effect on a semaphore that existed, nor has maximumCount: look at createdNew</param>
  public NamedSemaphore(int initialCount, int maximumCount, string name, out bool createdNew) : base(name) {
    if (initialCount < 0) throw new ArgumentOutOfRangeException("initialCount");
    if (maximumCount < 1) throw new ArgumentOutOfRangeException("maximumCount");
    if (initialCount > maximumCount) throw new ArgumentException("initialCount is above maximumCount");
    createdNew = AdoptCreated(Native.RtCreateSemaphoreW(IntPtr.Zero, initialCount, maximumCount, name));
  }

  private NamedSemaphore(string name) : base(name) { }

  public static bool TryOpenExisting(string name, out NamedSemaphore result) {
    result = new NamedSemaphore(name);
    if (!result.AdoptOpened(Native.RtOpenSemaphoreW(0, 0, name))) result = null;
    return result != null;
  }

  public static NamedSemaphore OpenExisting(string name) {
    NamedSemaphore result;
    if (!TryOpenExisting(name, out result)) throw new NamedSemaphore(name).ErrorFor("open", FileNotFound);
    return result;
  }

  /// <summary>Adds units; returns the count before.</summary>
  public int Release(int releaseCount) {
    if (releaseCount < 1) throw new ArgumentOutOfRangeException("releaseCount");
    int previous;
    Check("release", Native.RtReleaseSemaphore(Handle, releaseCount, out previous));
    return previous;
  }

  public int Release() { return Release(1); }
}

/// <summary>Memory that processes share; zero-filled when it is new.</summary>
public sealed class SharedMemory : NamedObject {
  /// <summary>Where it is mapped in this process, until Dispose.</summary>
  public IntPtr Address { get; private set; }

  /// <summary>Bytes, as it was made: no effect of size on memory that existed.</summary>
  public int Size { get; private set; }

  public SharedMemory(int size, string name, out bool createdNew) : base(name) {
    if (size < 1) throw new ArgumentOutOfRangeException("size");
    IntPtr address;
    createdNew = AdoptCreated(Native.RtCreateSharedMemoryW(0, 0, (uint)size, name, out address));
    Map(address);
  }

  private SharedMemory(string name) : base(name) { }

  public static SharedMemory OpenExisting(string name) {
    var result = new SharedMemory(name);
    IntPtr address;
    if (!result.AdoptOpened(Native.RtOpenSharedMemoryW(0, 0, name, out address))) {
      throw result.ErrorFor("open", FileNotFound);
    }
    result.Map(address);
    return result;
  }

  /// <summary>Copies bytes out of it.</summary>
  public byte[] Read(int offset, int count) {
    var data = new byte[Checked(offset, count)];
    Use(() => Marshal.Copy(Address + offset, data, 0, count));
    return data;
  }

  /// <summary>Copies bytes into it.</summary>
  public void Write(int offset, byte[] data) {
    Checked(offset, data.Length);
    Use(() => Marshal.Copy(data, 0, Address + offset, data.Length));
  }

  private void Map(IntPtr address) {
    Native.MemoryInfo info;
    Check("query", Native.RtQuerySharedMemory(Handle, out info));
    Address = address;
    Size = checked((int)info.Size);
  }

  private int Checked(int offset, int count) {
    if (offset < 0 || offset > Size) throw new ArgumentOutOfRangeException("offset");
    if (count < 0 || count > Size - offset) throw new ArgumentOutOfRangeException("count");
    return count;
  }

  // The handle cannot be closed, nor the memory unmapped, while it is used.
  private void Use(Action action) {
    bool added = false;
    Handle.DangerousAddRef(ref added);
    try {
      action();
    } finally {
      Handle.DangerousRelease();
    }
  }
}

}
