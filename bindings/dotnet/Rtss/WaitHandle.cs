using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rtss;

/// <summary>An object to wait for. Used as System.Threading.WaitHandle; the two do not mix in one wait.</summary>
/// <remarks>A wait blocks the calling thread outside the runtime: the garbage collector does not wait for it, and the
/// runtime's signals do not end it. Thread.Interrupt does not end it either and stays pending for the thread's next
/// wait of the runtime's own; a CancellationToken does end it. Times are on CLOCK_MONOTONIC, and no wait ends before its
/// time-out.</remarks>
public abstract class WaitHandle : SharedObject {
  private const uint Abandoned = 0x80, TimedOut = 0x102, Failed = 0xFFFFFFFF, InvalidParameter = 87;
  private const int Most = 64;

  // What the wait under way keeps from being closed; one array for each thread, so that a wait allocates nothing.
  [ThreadStatic]
  private static ObjectHandle?[]? held;

  /// <summary>What <see cref="WaitAny(WaitHandle[], int)"/> returns when the time was up.</summary>
  public const int WaitTimeout = System.Threading.WaitHandle.WaitTimeout;

  internal WaitHandle(string? name) : base(name) { }

  /// <summary>Sets how long each later wait of the calling thread watches for its end on the processor before it sleeps.
  /// A wait that ends while it is watched costs no system call on either side. Only for threads that have a processor to
  /// themselves.</summary>
  /// <param name="nanoseconds">0, the default: sleep at once</param>
  /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
  /// <exception cref="DllNotFoundException">librtapi.so.0 is missing or too old.</exception>
  public static void SetSpin(int nanoseconds) {
    if (nanoseconds < 0) throw new ArgumentOutOfRangeException(nameof(nanoseconds), nanoseconds, "0 or more");
    LoadedLibrary.Require();
    _ = Native.RtssSetSpin((uint)nanoseconds);
  }

  /// <summary>Waits without limit and takes the object.</summary>
  /// <returns>true</returns>
  /// <inheritdoc cref="WaitOne(int)" path="/exception"/>
  public bool WaitOne() { return WaitOne(Timeout.Infinite); }

  /// <summary>Waits and takes the object.</summary>
  /// <param name="timeout">how long at most, rounded up to milliseconds; -1 ms means no limit</param>
  /// <returns>false when the time was up; nothing was taken</returns>
  /// <inheritdoc cref="WaitOne(int)" path="/exception"/>
  public bool WaitOne(TimeSpan timeout) { return WaitOne(Milliseconds(timeout)); }

  /// <summary>As <see cref="WaitOne(int)"/>.</summary>
  /// <param name="millisecondsTimeout">as there</param>
  /// <param name="exitContext">no effect</param>
  public bool WaitOne(int millisecondsTimeout, bool exitContext) { return WaitOne(millisecondsTimeout); }

  /// <summary>As <see cref="WaitOne(TimeSpan)"/>.</summary>
  /// <param name="timeout">as there</param>
  /// <param name="exitContext">no effect</param>
  public bool WaitOne(TimeSpan timeout, bool exitContext) { return WaitOne(timeout); }

  /// <summary>Waits and takes the object. Allocates nothing.</summary>
  /// <param name="millisecondsTimeout">how long at most; 0 looks once, -1 means no limit</param>
  /// <returns>false when the time was up; nothing was taken</returns>
  /// <exception cref="AbandonedMutexException">The mutex was taken, but its last owner ended while owning it: what it
  /// protects may be half changed. The calling thread owns it and has to release it.</exception>
  /// <exception cref="ArgumentOutOfRangeException">The time is below -1 ms or above 2147483647 ms.</exception>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public bool WaitOne(int millisecondsTimeout) {
    Require(millisecondsTimeout);
    uint result = Native.RtWaitForSingleObject(Value, 0);
    if (result == TimedOut && millisecondsTimeout != 0) {
      result = Native.RtWaitForSingleObject(Handle, unchecked((uint)millisecondsTimeout));  // which nothing closes meanwhile
    }
    GC.KeepAlive(this);
    if (result == 0) return true;
    if (result == TimedOut) return false;
    if (result == Abandoned) throw AbandonedAt(-1, ToString());
    throw ErrorFor("wait for", Native.RtGetLastError());
  }

  /// <summary>Waits without limit until the object is taken or the token is cancelled. Allocates.</summary>
  /// <param name="cancellationToken">ends the wait</param>
  /// <returns>true</returns>
  /// <exception cref="OperationCanceledException">The token was cancelled; nothing was taken.</exception>
  /// <inheritdoc cref="WaitOne(int)" path="/exception"/>
  public bool WaitOne(CancellationToken cancellationToken) { return WaitOne(Timeout.Infinite, cancellationToken); }

  /// <summary>Waits until the object is taken, the time is up or the token is cancelled. Allocates.</summary>
  /// <param name="timeout">as in <see cref="WaitOne(TimeSpan)"/></param>
  /// <param name="cancellationToken">ends the wait</param>
  /// <returns>false when the time was up; nothing was taken</returns>
  /// <exception cref="OperationCanceledException">The token was cancelled; nothing was taken.</exception>
  /// <inheritdoc cref="WaitOne(int)" path="/exception"/>
  public bool WaitOne(TimeSpan timeout, CancellationToken cancellationToken) {
    return WaitOne(Milliseconds(timeout), cancellationToken);
  }

  /// <summary>Waits until the object is taken, the time is up or the token is cancelled. Allocates.</summary>
  /// <param name="millisecondsTimeout">as in <see cref="WaitOne(int)"/></param>
  /// <param name="cancellationToken">ends the wait</param>
  /// <returns>false when the time was up; nothing was taken</returns>
  /// <exception cref="OperationCanceledException">The token was cancelled; nothing was taken.</exception>
  /// <inheritdoc cref="WaitOne(int)" path="/exception"/>
  public bool WaitOne(int millisecondsTimeout, CancellationToken cancellationToken) {
    if (!cancellationToken.CanBeCanceled) return WaitOne(millisecondsTimeout);
    try {
      return WaitAny(new[] { this }, millisecondsTimeout, cancellationToken) != WaitTimeout;
    } catch (AbandonedMutexException) {
      throw AbandonedAt(-1, ToString());
    }
  }

  /// <summary>Waits without limit for one of up to 64 objects and takes it.</summary>
  /// <param name="waitHandles">as in <see cref="WaitAny(WaitHandle[], int)"/></param>
  /// <returns>its index</returns>
  /// <inheritdoc cref="WaitAny(WaitHandle[], int)" path="/exception"/>
  public static int WaitAny(WaitHandle[] waitHandles) { return WaitAny(waitHandles, Timeout.Infinite); }

  /// <summary>As <see cref="WaitAny(WaitHandle[], int)"/>.</summary>
  /// <param name="waitHandles">as there</param>
  /// <param name="timeout">as in <see cref="WaitOne(TimeSpan)"/></param>
  /// <returns>as there</returns>
  /// <inheritdoc cref="WaitAny(WaitHandle[], int)" path="/exception"/>
  public static int WaitAny(WaitHandle[] waitHandles, TimeSpan timeout) {
    return WaitAny(waitHandles, Milliseconds(timeout));
  }

  /// <summary>Waits for one of up to 64 objects and takes it. Allocates nothing after a thread's first call.</summary>
  /// <param name="waitHandles">1 to 64 objects; one may be there twice</param>
  /// <param name="millisecondsTimeout">as in <see cref="WaitOne(int)"/></param>
  /// <returns>the index of the object taken, the lowest if there are several; or <see cref="WaitTimeout"/></returns>
  /// <exception cref="AbandonedMutexException">The mutex at MutexIndex was taken; its last owner ended while owning it.
  /// </exception>
  /// <exception cref="ArgumentNullException">The array or an element is null.</exception>
  /// <exception cref="ArgumentException">The array is empty.</exception>
  /// <exception cref="NotSupportedException">There are more than 64.</exception>
  /// <exception cref="ArgumentOutOfRangeException">The time is below -1 ms or above 2147483647 ms.</exception>
  /// <exception cref="ObjectDisposedException">One was disposed.</exception>
  public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout) {
    return Index(waitHandles, WaitMany(waitHandles, null, false, millisecondsTimeout));
  }

  /// <summary>Waits for one of up to 63 objects and takes it, until the token is cancelled. Allocates.</summary>
  /// <param name="waitHandles">1 to 63 objects; one may be there twice</param>
  /// <param name="millisecondsTimeout">as in <see cref="WaitOne(int)"/></param>
  /// <param name="cancellationToken">ends the wait</param>
  /// <returns>the index of the object taken, or <see cref="WaitTimeout"/></returns>
  /// <exception cref="OperationCanceledException">The token was cancelled; nothing was taken.</exception>
  /// <inheritdoc cref="WaitAny(WaitHandle[], int)" path="/exception"/>
  public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, CancellationToken cancellationToken) {
    cancellationToken.ThrowIfCancellationRequested();
    using var cancelled = new EventWaitHandle(false, EventResetMode.ManualReset);
    using var registration = cancellationToken.Register(state => ((EventWaitHandle)state!).Set(), cancelled);
    uint result = WaitMany(waitHandles, cancelled, false, millisecondsTimeout);
    if (result == waitHandles.Length) throw new OperationCanceledException(cancellationToken);
    return Index(waitHandles, result);
  }

  /// <summary>Waits without limit until all of up to 64 objects can be taken at once, and takes them.</summary>
  /// <param name="waitHandles">as in <see cref="WaitAll(WaitHandle[], int)"/></param>
  /// <returns>true</returns>
  /// <inheritdoc cref="WaitAll(WaitHandle[], int)" path="/exception"/>
  public static bool WaitAll(WaitHandle[] waitHandles) { return WaitAll(waitHandles, Timeout.Infinite); }

  /// <summary>As <see cref="WaitAll(WaitHandle[], int)"/>.</summary>
  /// <param name="waitHandles">as there</param>
  /// <param name="timeout">as in <see cref="WaitOne(TimeSpan)"/></param>
  /// <returns>as there</returns>
  /// <inheritdoc cref="WaitAll(WaitHandle[], int)" path="/exception"/>
  public static bool WaitAll(WaitHandle[] waitHandles, TimeSpan timeout) {
    return WaitAll(waitHandles, Milliseconds(timeout));
  }

  /// <summary>Waits until all of up to 64 objects can be taken at once, and takes them. Nothing is taken before.
  /// </summary>
  /// <param name="waitHandles">1 to 64 different objects</param>
  /// <param name="millisecondsTimeout">as in <see cref="WaitOne(int)"/></param>
  /// <returns>false when the time was up; nothing was taken</returns>
  /// <exception cref="AbandonedMutexException">All were taken, a mutex of a dead owner among them; MutexIndex is -1.
  /// </exception>
  /// <exception cref="DuplicateWaitObjectException">Two of them are one object.</exception>
  /// <exception cref="ArgumentNullException">The array or an element is null.</exception>
  /// <exception cref="ArgumentException">The array is empty.</exception>
  /// <exception cref="NotSupportedException">There are more than 64.</exception>
  /// <exception cref="ArgumentOutOfRangeException">The time is below -1 ms or above 2147483647 ms.</exception>
  /// <exception cref="ObjectDisposedException">One was disposed.</exception>
  public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout) {
    uint result = WaitMany(waitHandles, null, true, millisecondsTimeout);
    if (result >= Abandoned && result != TimedOut) throw AbandonedAt(-1, "all were taken, and a mutex among them");
    return result != TimedOut;
  }

  /// <summary>As <see cref="WaitAny(WaitHandle[], int)"/>.</summary>
  /// <param name="waitHandles">as there</param>
  /// <param name="millisecondsTimeout">as there</param>
  /// <param name="exitContext">no effect</param>
  public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext) {
    return WaitAny(waitHandles, millisecondsTimeout);
  }

  /// <summary>As <see cref="WaitAny(WaitHandle[], TimeSpan)"/>.</summary>
  /// <param name="waitHandles">as there</param>
  /// <param name="timeout">as there</param>
  /// <param name="exitContext">no effect</param>
  public static int WaitAny(WaitHandle[] waitHandles, TimeSpan timeout, bool exitContext) {
    return WaitAny(waitHandles, timeout);
  }

  /// <summary>As <see cref="WaitAll(WaitHandle[], int)"/>.</summary>
  /// <param name="waitHandles">as there</param>
  /// <param name="millisecondsTimeout">as there</param>
  /// <param name="exitContext">no effect</param>
  public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext) {
    return WaitAll(waitHandles, millisecondsTimeout);
  }

  /// <summary>As <see cref="WaitAll(WaitHandle[], TimeSpan)"/>.</summary>
  /// <param name="waitHandles">as there</param>
  /// <param name="timeout">as there</param>
  /// <param name="exitContext">no effect</param>
  public static bool WaitAll(WaitHandle[] waitHandles, TimeSpan timeout, bool exitContext) {
    return WaitAll(waitHandles, timeout);
  }

  /// <summary>As <see cref="SignalAndWait(WaitHandle, WaitHandle, int, bool)"/>, without limit.</summary>
  /// <param name="toSignal">as there</param>
  /// <param name="toWaitOn">as there</param>
  /// <returns>true</returns>
  /// <inheritdoc cref="SignalAndWait(WaitHandle, WaitHandle, int, bool)" path="/exception"/>
  public static bool SignalAndWait(WaitHandle toSignal, WaitHandle toWaitOn) {
    return SignalAndWait(toSignal, toWaitOn, Timeout.Infinite, false);
  }

  /// <summary>As <see cref="SignalAndWait(WaitHandle, WaitHandle, int, bool)"/>.</summary>
  /// <param name="toSignal">as there</param>
  /// <param name="toWaitOn">as there</param>
  /// <param name="timeout">as in <see cref="WaitOne(TimeSpan)"/></param>
  /// <param name="exitContext">no effect</param>
  /// <returns>as there</returns>
  /// <inheritdoc cref="SignalAndWait(WaitHandle, WaitHandle, int, bool)" path="/exception"/>
  public static bool SignalAndWait(WaitHandle toSignal, WaitHandle toWaitOn, TimeSpan timeout, bool exitContext) {
    return SignalAndWait(toSignal, toWaitOn, Milliseconds(timeout), exitContext);
  }

  /// <summary>Signals one object, then waits for another and takes it. As on Windows another thread may run in between.
  /// Allocates nothing.</summary>
  /// <param name="toSignal">a mutex is released, an event set, a unit added to a semaphore</param>
  /// <param name="toWaitOn">what to take</param>
  /// <param name="millisecondsTimeout">as in <see cref="WaitOne(int)"/></param>
  /// <param name="exitContext">no effect</param>
  /// <returns>false when the time was up: signaled, but nothing was taken</returns>
  /// <exception cref="AbandonedMutexException">As in <see cref="WaitOne(int)"/>; toSignal was signaled.</exception>
  /// <exception cref="ArgumentNullException">One of them is null; nothing was signaled.</exception>
  /// <exception cref="ArgumentOutOfRangeException">The time is below -1 ms or above 2147483647 ms; nothing was
  /// signaled.</exception>
  /// <exception cref="ObjectDisposedException">One of them was disposed; nothing was signaled.</exception>
  /// <exception cref="ApplicationException">toSignal is a mutex that the calling thread does not own; nothing was
  /// signaled.</exception>
  /// <exception cref="InvalidOperationException">toSignal is a semaphore whose count is at its maximum; nothing was
  /// added.</exception>
  public static bool SignalAndWait(WaitHandle toSignal, WaitHandle toWaitOn, int millisecondsTimeout,
                                   bool exitContext) {
    if (toSignal == null) throw new ArgumentNullException(nameof(toSignal));
    if (toWaitOn == null) throw new ArgumentNullException(nameof(toWaitOn));
    Require(millisecondsTimeout);
    _ = toWaitOn.Value;  // refused before anything is signaled
    toSignal.Signal();
    return toWaitOn.WaitOne(millisecondsTimeout);
  }

  /// <summary>Releases it as SignalAndWait does.</summary>
  internal abstract void Signal();

  private static int Index(WaitHandle[] waitHandles, uint result) {
    if (result == TimedOut) return WaitTimeout;
    if (result < Abandoned) return (int)result;
    int index = (int)(result - Abandoned);
    throw AbandonedAt(index, waitHandles[index].ToString());
  }

  private static unsafe uint WaitMany(WaitHandle[] waitHandles, EventWaitHandle? last, bool all,
                                      int millisecondsTimeout) {
    if (waitHandles == null) throw new ArgumentNullException(nameof(waitHandles));
    if (waitHandles.Length == 0) throw new ArgumentException("there is nothing to wait for", nameof(waitHandles));
    int most = last == null ? Most : Most - 1;
    if (waitHandles.Length > most) throw new NotSupportedException("at most " + most + " objects can be waited for");
    Require(millisecondsTimeout);

    ObjectHandle?[] kept = held ??= new ObjectHandle?[Most];
    IntPtr* handles = stackalloc IntPtr[Most];
    int count = 0;
    try {
      foreach (WaitHandle each in waitHandles) {
        if (each == null) throw new ArgumentNullException(nameof(waitHandles) + "[" + count + "]");
        handles[count] = Keep(each.Handle, ref kept[count]);
        ++count;
      }
      if (last != null) {
        handles[count] = Keep(last.Handle, ref kept[count]);
        ++count;
      }
      uint result = Native.RtWaitForMultipleObjects((uint)count, handles, all ? 1 : 0,
                                                    unchecked((uint)millisecondsTimeout));
      if (result != Failed) return result;
      uint code = Native.RtGetLastError();
      if (all && code == InvalidParameter) throw new DuplicateWaitObjectException(nameof(waitHandles));
      throw waitHandles[0].ErrorFor("wait for " + count + " objects, the first of them", code);
    } finally {
      while (--count >= 0) {
        kept[count]!.DangerousRelease();
        kept[count] = null;
      }
    }
  }

  private static IntPtr Keep(ObjectHandle handle, ref ObjectHandle? kept) {
    bool added = false;
    handle.DangerousAddRef(ref added);
    kept = handle;
    return handle.DangerousGetHandle();
  }

  private static AbandonedMutexException AbandonedAt(int index, string which) {
    return new AbandonedMutexException(which + ": taken, but its last owner ended while owning it", index, null);
  }

  private static int Milliseconds(TimeSpan timeout) {
    double milliseconds = Math.Ceiling(timeout.TotalMilliseconds);
    if (milliseconds < -1 || milliseconds > int.MaxValue) {
      throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "from -1 to 2147483647 ms");
    }
    return (int)milliseconds;
  }

  private static void Require(int millisecondsTimeout) {
    if (millisecondsTimeout < -1) {
      throw new ArgumentOutOfRangeException(nameof(millisecondsTimeout), millisecondsTimeout, "-1 or more");
    }
  }
}
