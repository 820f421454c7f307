using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Rtss;

/// <summary>An event. Used as System.Threading.EventWaitHandle.</summary>
public partial class EventWaitHandle : WaitHandle {
  /// <summary>Makes an event that only this process knows.</summary>
  /// <param name="initialState">whether it is set from the start</param>
  /// <param name="mode">its kind</param>
  /// <inheritdoc cref="EventWaitHandle(bool, EventResetMode, string?, out bool)" path="/exception"/>
  public EventWaitHandle(bool initialState, EventResetMode mode) : this(initialState, mode, null) { }

  /// <summary>Makes an event, or opens the one of that name.</summary>
  /// <param name="initialState">as in <see cref="EventWaitHandle(bool, EventResetMode, string?, out bool)"/></param>
  /// <param name="mode">as there</param>
  /// <param name="name">as there</param>
  /// <inheritdoc cref="EventWaitHandle(bool, EventResetMode, string?, out bool)" path="/exception"/>
  public EventWaitHandle(bool initialState, EventResetMode mode, string? name) : base(name) {
    if (mode != EventResetMode.AutoReset && mode != EventResetMode.ManualReset) {
      throw new ArgumentException("AutoReset or ManualReset, not " + mode, nameof(mode));
    }
    int manual = mode == EventResetMode.ManualReset ? 1 : 0;
    AdoptCreated(Native.RtCreateEventW(IntPtr.Zero, manual, initialState ? 1 : 0, Name));
  }

  /// <summary>Makes an event, or opens the one of that name.</summary>
  /// <param name="initialState">whether an event that this call makes is set; no effect on one that existed</param>
  /// <param name="mode">AutoReset: each Set lets one waiter go. ManualReset: it lets all go until Reset. No effect on
  /// an event that existed: look at createdNew</param>
  /// <param name="name">as in <see cref="Mutex(bool, string?, out bool)"/></param>
  /// <param name="createdNew">whether this call made it</param>
  /// <exception cref="ArgumentException">mode is neither, or the name holds a zero character.</exception>
  /// <inheritdoc cref="Mutex(bool, string?, out bool)" path="/exception"/>
  public EventWaitHandle(bool initialState, EventResetMode mode, string? name, out bool createdNew)
    : this(initialState, mode, name) {
    createdNew = CreatedNew;
  }

  private EventWaitHandle(string name, out uint refusal) : base(ToOpen(name)) {
    refusal = AdoptOpened(Native.RtOpenEventW(0, 0, name));
  }

  /// <summary>Opens the event of a name; makes none.</summary>
  /// <param name="name">its name</param>
  /// <inheritdoc cref="Mutex.OpenExisting(string)" path="/exception"/>
  public static EventWaitHandle OpenExisting(string name) {
    var opened = new EventWaitHandle(name, out uint refusal);
    return refusal == 0 ? opened : throw opened.ErrorFor("open", refusal);
  }

  /// <summary>Opens the event of a name, if there is one.</summary>
  /// <param name="name">its name</param>
  /// <param name="result">the event</param>
  /// <returns>false if no event has the name, or none can have it</returns>
  /// <inheritdoc cref="Mutex.TryOpenExisting(string, out Mutex?)" path="/exception"/>
  public static bool TryOpenExisting(string name, [NotNullWhen(true)] out EventWaitHandle? result) {
    var opened = new EventWaitHandle(name, out uint refusal);
    result = refusal == 0 ? opened : null;
    return refusal == 0;
  }

  /// <summary>Sets it: one waiter goes (AutoReset), or all (ManualReset).</summary>
  /// <returns>true</returns>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public bool Set() {
    Check("set", Native.RtSetEvent(Handle));
    return true;
  }

  /// <summary>Clears it.</summary>
  /// <returns>true</returns>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public bool Reset() {
    Check("reset", Native.RtResetEvent(Handle));
    return true;
  }

  /// <summary>Lets those go that wait now, one (AutoReset) or all (ManualReset), and leaves it clear.</summary>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public void Pulse() { Check("pulse", Native.RtPulseEvent(Handle)); }

  internal override void Signal() { Set(); }
}

/// <summary>An event without a name, of the kind that lets one waiter go for each Set. Used as
/// System.Threading.AutoResetEvent.</summary>
public sealed class AutoResetEvent : EventWaitHandle {
  /// <summary>Makes an event that only this process knows.</summary>
  /// <param name="initialState">whether it is set from the start</param>
  /// <inheritdoc cref="EventWaitHandle(bool, EventResetMode)" path="/exception"/>
  public AutoResetEvent(bool initialState) : base(initialState, EventResetMode.AutoReset) { }
}

/// <summary>An event without a name, of the kind that lets all waiters go until Reset. Used as
/// System.Threading.ManualResetEvent.</summary>
public sealed class ManualResetEvent : EventWaitHandle {
  /// <summary>Makes an event that only this process knows.</summary>
  /// <param name="initialState">whether it is set from the start</param>
  /// <inheritdoc cref="EventWaitHandle(bool, EventResetMode)" path="/exception"/>
  public ManualResetEvent(bool initialState) : base(initialState, EventResetMode.ManualReset) { }
}
