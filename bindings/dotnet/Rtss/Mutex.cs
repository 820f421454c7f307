using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Rtss;

/// <summary>A mutex, owned by a thread, recursive, with priority inheritance. Used as System.Threading.Mutex.</summary>
/// <remarks>It belongs to the operating system's thread that took it. Code after an await may run on another thread,
/// which cannot release it: take and release between two awaits. Dispose closes the handle and does not release: what
/// the thread owns it owns until it ends.</remarks>
public sealed partial class Mutex : WaitHandle {
  /// <summary>Makes a mutex that only this process knows and no thread owns.</summary>
  /// <inheritdoc cref="Mutex(bool, string?, out bool)" path="/exception"/>
  public Mutex() : this(false, null) { }

  /// <summary>Makes a mutex that only this process knows.</summary>
  /// <param name="initiallyOwned">whether the calling thread owns it from the start</param>
  /// <inheritdoc cref="Mutex(bool, string?, out bool)" path="/exception"/>
  public Mutex(bool initiallyOwned) : this(initiallyOwned, null) { }

  /// <summary>Makes a mutex, or opens the one of that name.</summary>
  /// <param name="initiallyOwned">as in <see cref="Mutex(bool, string?, out bool)"/>; look at
  /// <see cref="SharedObject.CreatedNew"/></param>
  /// <param name="name">as there</param>
  /// <inheritdoc cref="Mutex(bool, string?, out bool)" path="/exception"/>
  public Mutex(bool initiallyOwned, string? name) : base(name) {
    AdoptCreated(Native.RtCreateMutexW(IntPtr.Zero, initiallyOwned ? 1 : 0, Name));
  }

  /// <summary>Makes a mutex, or opens the one of that name.</summary>
  /// <param name="initiallyOwned">a mutex that this call makes is owned by the calling thread from the start; no effect
  /// on one that existed: look at createdNew</param>
  /// <param name="name">up to 259 bytes of UTF-8, without backslash; the prefixes Global\ and Local\ are dropped. null
  /// or empty: a mutex that only this process knows</param>
  /// <param name="createdNew">whether this call made it</param>
  /// <exception cref="ArgumentException">The name holds a zero character.</exception>
  /// <exception cref="System.IO.DirectoryNotFoundException">The name holds a backslash.</exception>
  /// <exception cref="System.IO.PathTooLongException">The name is too long.</exception>
  /// <exception cref="System.IO.IOException">The namespace cannot be used; HResult holds the Win32 code.</exception>
  /// <exception cref="WaitHandleCannotBeOpenedException">Another kind of object has the name.</exception>
  /// <exception cref="UnauthorizedAccessException">The namespace belongs to another user.</exception>
  /// <exception cref="DllNotFoundException">librtapi.so.0 is missing or too old.</exception>
  public Mutex(bool initiallyOwned, string? name, out bool createdNew) : this(initiallyOwned, name) {
    createdNew = CreatedNew;
  }

  private Mutex(string name, out uint refusal) : base(ToOpen(name)) {
    refusal = AdoptOpened(Native.RtOpenMutexW(0, 0, name));
  }

  /// <summary>Opens the mutex of a name; makes none.</summary>
  /// <param name="name">its name</param>
  /// <exception cref="ArgumentNullException">name is null.</exception>
  /// <exception cref="ArgumentException">name is empty.</exception>
  /// <exception cref="WaitHandleCannotBeOpenedException">Nothing has the name, or another kind of object has it.
  /// </exception>
  /// <inheritdoc cref="Mutex(bool, string?, out bool)" path="/exception"/>
  public static Mutex OpenExisting(string name) {
    var opened = new Mutex(name, out uint refusal);
    return refusal == 0 ? opened : throw opened.ErrorFor("open", refusal);
  }

  /// <summary>Opens the mutex of a name, if there is one.</summary>
  /// <param name="name">its name</param>
  /// <param name="result">the mutex</param>
  /// <returns>false if no mutex has the name, or none can have it</returns>
  /// <exception cref="ArgumentNullException">name is null.</exception>
  /// <exception cref="ArgumentException">name is empty, or holds a zero character.</exception>
  /// <exception cref="System.IO.PathTooLongException">The name is too long.</exception>
  /// <exception cref="System.IO.IOException">The namespace cannot be used; HResult holds the Win32 code.</exception>
  /// <exception cref="UnauthorizedAccessException">The namespace belongs to another user.</exception>
  /// <exception cref="DllNotFoundException">librtapi.so.0 is missing or too old.</exception>
  public static bool TryOpenExisting(string name, [NotNullWhen(true)] out Mutex? result) {
    var opened = new Mutex(name, out uint refusal);
    result = refusal == 0 ? opened : null;
    return refusal == 0;
  }

  /// <summary>Undoes one acquisition of the calling thread.</summary>
  /// <exception cref="ApplicationException">The calling thread does not own it.</exception>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public void ReleaseMutex() {
    Check("release", Native.RtReleaseMutex(Value));
    GC.KeepAlive(this);
  }

  internal override void Signal() { ReleaseMutex(); }

  /// <summary>Whether the calling thread owns it.</summary>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public bool IsOwned {
    get {
      var state = MutexHandle.NewState();
      Check("query", Native.RtssQueryMutex(Handle, ref state));
      return state.Recursion > 0 && state.Thread == Native.RtGetCurrentThreadId();
    }
  }
}
