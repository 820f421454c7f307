using System;
using System.IO;
using System.Threading;

namespace Rtss;

/// <summary>A handle to an object that processes share by name. Dispose closes it; the name goes with its last handle
/// in any process.</summary>
public abstract class SharedObject : IDisposable {
  private const uint FileNotFound = 2, OtherKind = 6, BadName = 123, AlreadyExists = 183;

  internal ObjectHandle Handle { get; private set; } = null!;

  /// <summary>The name, or null for an object that only this process knows.</summary>
  public string? Name { get; }

  /// <summary>Whether this call made the object; false when it existed, and after OpenExisting.</summary>
  public bool CreatedNew { get; private set; }

  internal SharedObject(string? name) {
    if (name != null && name.IndexOf('\0') >= 0) {
      throw new ArgumentException("a name holds no zero character", nameof(name));
    }
    Name = string.IsNullOrEmpty(name) ? null : name;
    LoadedLibrary.Require();
  }

  /// <summary>Takes the handle of a create call.</summary>
  internal void AdoptCreated(ObjectHandle handle) {
    uint code = Native.RtGetLastError();
    if (handle.IsInvalid) throw ErrorFor("create", code);
    Handle = handle;
    CreatedNew = code != AlreadyExists;
  }

  /// <summary>Takes the handle of an open call.</summary>
  /// <returns>0, or the error where no object of this kind has the name, or none can have it: OpenExisting throws for
  /// it, TryOpenExisting says false</returns>
  internal uint AdoptOpened(ObjectHandle handle) {
    uint code = Native.RtGetLastError();
    if (!handle.IsInvalid) {
      Handle = handle;
      return 0;
    }
    return code is FileNotFound or OtherKind or BadName ? code : throw ErrorFor("open", code);
  }

  /// <summary>Refuses what System.Threading refuses as the name of an object to open.</summary>
  internal static string ToOpen(string name) {
    if (name == null) throw new ArgumentNullException(nameof(name));
    if (name.Length == 0) throw new ArgumentException("the name of an object to open is not empty", nameof(name));
    return name;
  }

  /// <summary>The handle for a call that does not block. A handle that another thread closes meanwhile is stale, not
  /// another object's: its value tells the two apart. The caller keeps this object alive until the call returns.</summary>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  internal IntPtr Value {
    get {
      if (Handle.IsClosed) throw new ObjectDisposedException(ToString());
      return Handle.DangerousGetHandle();
    }
  }

  internal void Check(string call, int result) {
    if (result == 0) throw ErrorFor(call, Native.RtGetLastError());
  }

  // The types are those that System.Threading throws on Windows for the same codes.
  internal Exception ErrorFor(string call, uint code) {
    string what = call + " " + this + ": ";
    switch (code) {
      case FileNotFound:
        return new WaitHandleCannotBeOpenedException(what + "nothing has this name in the namespace " + Namespace.Name);
      case 5:
        return new UnauthorizedAccessException(what + "the namespace " + Namespace.Name + " belongs to another user");
      case OtherKind when Handle != null:
        return new ObjectDisposedException(ToString());
      case OtherKind:
        return new WaitHandleCannotBeOpenedException(what + "the name belongs to another kind of object");
      case BadName when Name != null && Name.IndexOf('\\') >= 0:
        return new DirectoryNotFoundException(
            what + "a name holds no backslash but that of a prefix Global\\ or Local\\");
      case BadName:
        return Failure(what + "the name holds half a surrogate pair", code);
      case 206:
        return new PathTooLongException(what + "the name is longer than 259 bytes of UTF-8");
      case 288:
        return new ApplicationException(
            what + "the calling thread does not own it; the thread that took it releases it, " +
                "and after an await code may run on another one");
      case 298:
        return new SemaphoreFullException(what + "the count would exceed its maximum; nothing was added");
      case 8:
        return Failure(what + "memory or /dev/shm is exhausted", code);
      case 587:
        return new OverflowException(what + "the thread has taken it 2147483647 times already");
      case 1306:
        return Failure(
            what + "another version, another boot or a container made the namespace " + Namespace.Name, code);
      case 1450:
        return Failure(what + "the tables of the namespace " + Namespace.Name + " are full (RTSS_LIMITS)", code);
      default:
        return Failure(what + "failed with Win32 error " + code, code);
    }
  }

  private static IOException Failure(string message, uint code) {
    return new IOException(message, unchecked((int)(0x80070000 | code)));
  }

  /// <summary>Closes the handle. A second call does nothing.</summary>
  public void Dispose() { Handle.Dispose(); }

  /// <summary>As <see cref="Dispose"/>.</summary>
  public void Close() { Dispose(); }

  /// <summary>The kind and the name.</summary>
  public override string ToString() {
    return GetType().Name + (Name == null ? " without a name" : " \"" + Name + "\"");
  }
}
