using System;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Rtss;

/// <summary>A handle of this process. Closing never releases a mutex, whichever thread closes.</summary>
internal class ObjectHandle : SafeHandleZeroOrMinusOneIsInvalid {
  public ObjectHandle() : base(true) { }

  protected override bool ReleaseHandle() { return Native.RtCloseHandle(handle) != 0; }
}

/// <summary>A handle to a mutex. With its last handle a mutex's name goes, owned or not, and the next instance would
/// think itself the first. So the finalizer of a lost variable closes nothing while a thread of this process owns the
/// mutex: the handle stays until the process ends.</summary>
internal sealed class MutexHandle : ObjectHandle {
  private static readonly uint ThisProcess = (uint)Process.GetCurrentProcess().Id;

  protected override void Dispose(bool disposing) {
    if (!disposing && !IsInvalid && OwnedByThisProcess()) SetHandleAsInvalid();
    base.Dispose(disposing);
  }

  private bool OwnedByThisProcess() {
    var state = NewState();
    return Native.RtssQueryMutex(handle, ref state) != 0 && state.Recursion > 0 && state.Process == ThisProcess;
  }

  internal static unsafe Native.MutexState NewState() {
    return new Native.MutexState { Size = (uint)sizeof(Native.MutexState) };
  }
}
