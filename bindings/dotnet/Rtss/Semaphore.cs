using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Rtss;

/// <summary>A semaphore. Used as System.Threading.Semaphore.</summary>
public sealed partial class Semaphore : WaitHandle {
  /// <summary>Makes a semaphore that only this process knows.</summary>
  /// <param name="initialCount">units from the start</param>
  /// <param name="maximumCount">units at most</param>
  /// <inheritdoc cref="Semaphore(int, int, string?, out bool)" path="/exception"/>
  public Semaphore(int initialCount, int maximumCount) : this(initialCount, maximumCount, null) { }

  /// <summary>Makes a semaphore, or opens the one of that name.</summary>
  /// <param name="initialCount">as in <see cref="Semaphore(int, int, string?, out bool)"/></param>
  /// <param name="maximumCount">as there</param>
  /// <param name="name">as there</param>
  /// <inheritdoc cref="Semaphore(int, int, string?, out bool)" path="/exception"/>
  public Semaphore(int initialCount, int maximumCount, string? name) : base(name) {
    if (initialCount < 0) throw new ArgumentOutOfRangeException(nameof(initialCount), initialCount, "0 or more");
    if (maximumCount < 1) throw new ArgumentOutOfRangeException(nameof(maximumCount), maximumCount, "1 or more");
    if (initialCount > maximumCount) throw new ArgumentException("initialCount is above maximumCount");
    AdoptCreated(Native.RtCreateSemaphoreW(IntPtr.Zero, initialCount, maximumCount, Name));
  }

  /// <summary>Makes a semaphore, or opens the one of that name.</summary>
  /// <param name="initialCount">units of a semaphore that this call makes; no effect on one that existed</param>
  /// <param name="maximumCount">units at most, from 1; no effect on one that existed</param>
  /// <param name="name">as in <see cref="Mutex(bool, string?, out bool)"/></param>
  /// <param name="createdNew">whether this call made it</param>
  /// <exception cref="ArgumentOutOfRangeException">initialCount is negative, or maximumCount is below 1.</exception>
  /// <exception cref="ArgumentException">initialCount is above maximumCount, or the name holds a zero character.
  /// </exception>
  /// <inheritdoc cref="Mutex(bool, string?, out bool)" path="/exception"/>
  public Semaphore(int initialCount, int maximumCount, string? name, out bool createdNew)
    : this(initialCount, maximumCount, name) {
    createdNew = CreatedNew;
  }

  private Semaphore(string name, out uint refusal) : base(ToOpen(name)) {
    refusal = AdoptOpened(Native.RtOpenSemaphoreW(0, 0, name));
  }

  /// <summary>Opens the semaphore of a name; makes none.</summary>
  /// <param name="name">its name</param>
  /// <inheritdoc cref="Mutex.OpenExisting(string)" path="/exception"/>
  public static Semaphore OpenExisting(string name) {
    var opened = new Semaphore(name, out uint refusal);
    return refusal == 0 ? opened : throw opened.ErrorFor("open", refusal);
  }

  /// <summary>Opens the semaphore of a name, if there is one.</summary>
  /// <param name="name">its name</param>
  /// <param name="result">the semaphore</param>
  /// <returns>false if no semaphore has the name, or none can have it</returns>
  /// <inheritdoc cref="Mutex.TryOpenExisting(string, out Mutex?)" path="/exception"/>
  public static bool TryOpenExisting(string name, [NotNullWhen(true)] out Semaphore? result) {
    var opened = new Semaphore(name, out uint refusal);
    result = refusal == 0 ? opened : null;
    return refusal == 0;
  }

  /// <summary>Adds one unit.</summary>
  /// <returns>the count before</returns>
  /// <inheritdoc cref="Release(int)" path="/exception"/>
  public int Release() { return Release(1); }

  /// <summary>Adds units.</summary>
  /// <param name="releaseCount">how many, from 1</param>
  /// <returns>the count before</returns>
  /// <exception cref="ArgumentOutOfRangeException">releaseCount is below 1.</exception>
  /// <exception cref="SemaphoreFullException">The count would exceed its maximum; nothing was added.</exception>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public int Release(int releaseCount) {
    if (releaseCount < 1) throw new ArgumentOutOfRangeException(nameof(releaseCount), releaseCount, "1 or more");
    Check("release", Native.RtReleaseSemaphore(Handle, releaseCount, out int previous));
    return previous;
  }

  internal override void Signal() {
    try {
      Release();
    } catch (SemaphoreFullException full) {
      throw new InvalidOperationException(full.Message, full);
    }
  }
}
