#if NET10_0_OR_GREATER
using System;
using System.Threading;

namespace Rtss;

// The overloads with NamedWaitHandleOptions, refused by name: the compiler says why, and so does the exception where
// there is no compiler (PowerShell).
internal static class Options {
  internal const string Refusal =
    "NamedWaitHandleOptions has no effect here: RTSS_NAMESPACE says who shares a name, this user (NAME) or a group " +
    "(group:NAME), in every session; leave the options out";

  internal static PlatformNotSupportedException Refused() { return new PlatformNotSupportedException(Refusal); }
}

public sealed partial class Mutex {
  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public Mutex(string? name, NamedWaitHandleOptions options) : base(name) { throw Options.Refused(); }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public Mutex(bool initiallyOwned, string? name, NamedWaitHandleOptions options)
    : base(name) {
    throw Options.Refused();
  }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public Mutex(bool initiallyOwned, string? name, NamedWaitHandleOptions options, out bool createdNew)
    : base(name) {
    throw Options.Refused();
  }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public static Mutex OpenExisting(string name, NamedWaitHandleOptions options) { throw Options.Refused(); }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public static bool TryOpenExisting(string name, NamedWaitHandleOptions options, out Mutex? result) {
    throw Options.Refused();
  }
}

public partial class EventWaitHandle {
  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public EventWaitHandle(bool initialState, EventResetMode mode, string? name, NamedWaitHandleOptions options)
    : base(name) {
    throw Options.Refused();
  }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public EventWaitHandle(bool initialState, EventResetMode mode, string? name, NamedWaitHandleOptions options,
                         out bool createdNew) : base(name) {
    throw Options.Refused();
  }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public static EventWaitHandle OpenExisting(string name, NamedWaitHandleOptions options) { throw Options.Refused(); }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public static bool TryOpenExisting(string name, NamedWaitHandleOptions options, out EventWaitHandle? result) {
    throw Options.Refused();
  }
}

public sealed partial class Semaphore {
  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public Semaphore(int initialCount, int maximumCount, string? name, NamedWaitHandleOptions options)
    : base(name) {
    throw Options.Refused();
  }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public Semaphore(int initialCount, int maximumCount, string? name, NamedWaitHandleOptions options,
                   out bool createdNew) : base(name) {
    throw Options.Refused();
  }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public static Semaphore OpenExisting(string name, NamedWaitHandleOptions options) { throw Options.Refused(); }

  /// <summary>Refused.</summary>
  [Obsolete(Options.Refusal, error: true)]
  public static bool TryOpenExisting(string name, NamedWaitHandleOptions options, out Semaphore? result) {
    throw Options.Refused();
  }
}
#endif
