using System;
using System.Runtime.InteropServices;

namespace Rtss;

/// <summary>Finds librtapi once, before the first create or open: the file that RTSS_LIBRARY names, or the installed
/// one.</summary>
/// <remarks>The loader knows a library by its soname, so every later import of "librtapi.so.0" is the file that was
/// loaded here.</remarks>
internal static partial class LoadedLibrary {
  private const string SoName = "librtapi.so.0";
  private const int Now = 2, OnlyIfLoaded = 4;

  // The library reads these once, with getenv. .NET keeps an environment of its own, so what the program set
  // ($env:RTSS_NAMESPACE = ... in PowerShell) would not reach it.
  private static readonly string[] Variables = { "RTSS_NAMESPACE", "RTSS_REALTIME", "RTSS_LIMITS", "RTSS_INHERITANCE",
                                                 "RTSS_WINDOW", "RTSS_NAMES" };

  private static readonly object Gate = new object();
  private static volatile bool ready;

  internal static string Namespace { get; private set; } = "default";

  /// <exception cref="DllNotFoundException">The library is missing, is another file, or is too old. A later call tries
  /// again.</exception>
  internal static void Require() {
    if (ready) return;
    lock (Gate) {
      if (ready) return;
      Load();
      HandOverEnvironment();
      ready = true;
    }
  }

  private static void Load() {
    string? named = Environment.GetEnvironmentVariable("RTSS_LIBRARY");
    string file = string.IsNullOrEmpty(named) ? SoName : named!;
    IntPtr library = dlopen(file, Now);
    if (library == IntPtr.Zero) {
      string reason = Marshal.PtrToStringAnsi(dlerror()) ?? "no reason given";
      throw new DllNotFoundException("Rtss: cannot load " + file + " (" + reason +
                                     "); install it (package librtapi0), or name its file in RTSS_LIBRARY");
    }
    if (dlopen(SoName, Now | OnlyIfLoaded) != library) {
      throw new DllNotFoundException("Rtss: " + file + " is not " + SoName + ", or another one was loaded before");
    }
    if (dlsym(library, "RtssQueryMutex") == IntPtr.Zero) {
      throw new DllNotFoundException("Rtss: " + file + " is older than this package: it lacks RtssQueryMutex; " +
                                     "install the librtapi0 of the same release");
    }
  }

  private static void HandOverEnvironment() {
    foreach (string variable in Variables) {
      string? value = Environment.GetEnvironmentVariable(variable);
      _ = value == null ? unsetenv(variable) : setenv(variable, value, 1);
    }
    string? name = Environment.GetEnvironmentVariable("RTSS_NAMESPACE");
    if (!string.IsNullOrEmpty(name)) Namespace = name!;
  }

#if NET
  [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
  private static partial IntPtr dlopen(string file, int flags);
  [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
  private static partial IntPtr dlsym(IntPtr library, string symbol);
  [LibraryImport("libc.so.6")]
  private static partial IntPtr dlerror();
  [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
  private static partial int setenv(string name, string value, int overwrite);
  [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
  private static partial int unsetenv(string name);
#else
  [DllImport("libc.so.6", CharSet = CharSet.Ansi)]
  private static extern IntPtr dlopen(string file, int flags);
  [DllImport("libc.so.6", CharSet = CharSet.Ansi)]
  private static extern IntPtr dlsym(IntPtr library, string symbol);
  [DllImport("libc.so.6")]
  private static extern IntPtr dlerror();
  [DllImport("libc.so.6", CharSet = CharSet.Ansi)]
  private static extern int setenv(string name, string value, int overwrite);
  [DllImport("libc.so.6", CharSet = CharSet.Ansi)]
  private static extern int unsetenv(string name);
#endif
}
