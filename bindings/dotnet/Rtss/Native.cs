using System;
using System.Runtime.InteropServices;

namespace Rtss;

/// <summary>The calls of librtapi. Wide text is UTF-16, which is what a .NET string holds.</summary>
internal static partial class Native {
  private const string Library = "librtapi.so.0";

  [StructLayout(LayoutKind.Sequential)]
  internal struct MemoryInfo {
    public uint Protect, Size;
  }

  [StructLayout(LayoutKind.Sequential)]
  internal struct MutexState {
    public uint Size;
    public int Recursion;
    public uint Process, Thread;
    public int Abandoned;
  }

#if NET
  [LibraryImport(Library)]
  internal static partial uint RtGetLastError();
  [LibraryImport(Library)]
  internal static partial uint RtGetCurrentThreadId();
  [LibraryImport(Library)]
  internal static partial int RtCloseHandle(IntPtr handle);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial MutexHandle RtCreateMutexW(IntPtr attributes, int owned, string? name);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial MutexHandle RtOpenMutexW(uint access, int inherit, string name);
  [LibraryImport(Library)]
  internal static partial int RtReleaseMutex(IntPtr handle);
  [LibraryImport(Library)]
  internal static partial int RtssQueryMutex(ObjectHandle handle, ref MutexState state);
  [LibraryImport(Library)]
  internal static partial int RtssQueryMutex(IntPtr handle, ref MutexState state);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial ObjectHandle RtCreateEventW(IntPtr attributes, int manualReset, int initial, string? name);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial ObjectHandle RtOpenEventW(uint access, int inherit, string name);
  [LibraryImport(Library)]
  internal static partial int RtSetEvent(ObjectHandle handle);
  [LibraryImport(Library)]
  internal static partial int RtResetEvent(ObjectHandle handle);
  [LibraryImport(Library)]
  internal static partial int RtPulseEvent(ObjectHandle handle);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial ObjectHandle RtCreateSemaphoreW(IntPtr attributes, int initial, int maximum, string? name);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial ObjectHandle RtOpenSemaphoreW(uint access, int inherit, string name);
  [LibraryImport(Library)]
  internal static partial int RtReleaseSemaphore(ObjectHandle handle, int count, out int previous);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial ObjectHandle RtCreateSharedMemoryW(uint protect, uint sizeHigh, uint sizeLow, string? name,
                                                             out IntPtr location);
  [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
  internal static partial ObjectHandle RtOpenSharedMemoryW(uint access, int inherit, string name, out IntPtr location);
  [LibraryImport(Library)]
  internal static partial int RtQuerySharedMemory(ObjectHandle handle, out MemoryInfo info);
  [LibraryImport(Library)]
  internal static partial int RtssSetSpin(uint nanoseconds);
  [LibraryImport(Library)]
  internal static partial uint RtWaitForSingleObject(ObjectHandle handle, uint milliseconds);
  [LibraryImport(Library)]
  internal static partial uint RtWaitForSingleObject(IntPtr handle, uint milliseconds);
  [LibraryImport(Library)]
  internal static unsafe partial uint RtWaitForMultipleObjects(uint count, IntPtr* handles, int all, uint milliseconds);
#else
  [DllImport(Library)]
  internal static extern uint RtGetLastError();
  [DllImport(Library)]
  internal static extern uint RtGetCurrentThreadId();
  [DllImport(Library)]
  internal static extern int RtCloseHandle(IntPtr handle);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern MutexHandle RtCreateMutexW(IntPtr attributes, int owned, string? name);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern MutexHandle RtOpenMutexW(uint access, int inherit, string name);
  [DllImport(Library)]
  internal static extern int RtReleaseMutex(IntPtr handle);
  [DllImport(Library)]
  internal static extern int RtssQueryMutex(ObjectHandle handle, ref MutexState state);
  [DllImport(Library)]
  internal static extern int RtssQueryMutex(IntPtr handle, ref MutexState state);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern ObjectHandle RtCreateEventW(IntPtr attributes, int manualReset, int initial, string? name);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern ObjectHandle RtOpenEventW(uint access, int inherit, string name);
  [DllImport(Library)]
  internal static extern int RtSetEvent(ObjectHandle handle);
  [DllImport(Library)]
  internal static extern int RtResetEvent(ObjectHandle handle);
  [DllImport(Library)]
  internal static extern int RtPulseEvent(ObjectHandle handle);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern ObjectHandle RtCreateSemaphoreW(IntPtr attributes, int initial, int maximum, string? name);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern ObjectHandle RtOpenSemaphoreW(uint access, int inherit, string name);
  [DllImport(Library)]
  internal static extern int RtReleaseSemaphore(ObjectHandle handle, int count, out int previous);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern ObjectHandle RtCreateSharedMemoryW(uint protect, uint sizeHigh, uint sizeLow, string? name,
                                                            out IntPtr location);
  [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
  internal static extern ObjectHandle RtOpenSharedMemoryW(uint access, int inherit, string name, out IntPtr location);
  [DllImport(Library)]
  internal static extern int RtQuerySharedMemory(ObjectHandle handle, out MemoryInfo info);
  [DllImport(Library)]
  internal static extern int RtssSetSpin(uint nanoseconds);
  [DllImport(Library)]
  internal static extern uint RtWaitForSingleObject(ObjectHandle handle, uint milliseconds);
  [DllImport(Library)]
  internal static extern uint RtWaitForSingleObject(IntPtr handle, uint milliseconds);
  [DllImport(Library)]
  internal static extern unsafe uint RtWaitForMultipleObjects(uint count, IntPtr* handles, int all, uint milliseconds);
#endif
}
