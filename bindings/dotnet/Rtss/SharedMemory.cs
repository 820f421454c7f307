using System;
using System.Runtime.InteropServices;

namespace Rtss;

/// <summary>Memory that processes share; zero-filled when it is new.</summary>
/// <remarks>Nothing keeps a reader from seeing half of what is being written: take a <see cref="Mutex"/> around both.
/// </remarks>
public sealed class SharedMemory : SharedObject {
  private readonly IntPtr address;

  /// <summary>Bytes, as it was made.</summary>
  public int Size { get; }

  /// <summary>Makes memory, or opens that of the name.</summary>
  /// <param name="size">as in <see cref="SharedMemory(int, string?, out bool)"/></param>
  /// <param name="name">as there</param>
  /// <inheritdoc cref="SharedMemory(int, string?, out bool)" path="/exception"/>
  public SharedMemory(int size, string? name) : base(name) {
    if (size < 1) throw new ArgumentOutOfRangeException(nameof(size), size, "1 or more");
    AdoptCreated(Native.RtCreateSharedMemoryW(0, 0, (uint)size, Name, out address));
    Size = SizeOf();
  }

  /// <summary>Makes memory, or opens that of the name.</summary>
  /// <param name="size">bytes of memory that this call makes, from 1; no effect on memory that existed: look at
  /// <see cref="Size"/></param>
  /// <param name="name">as in <see cref="Mutex(bool, string?, out bool)"/></param>
  /// <param name="createdNew">whether this call made it</param>
  /// <exception cref="ArgumentOutOfRangeException">size is below 1.</exception>
  /// <inheritdoc cref="Mutex(bool, string?, out bool)" path="/exception"/>
  public SharedMemory(int size, string? name, out bool createdNew) : this(size, name) { createdNew = CreatedNew; }

  private SharedMemory(string name) : base(ToOpen(name)) {
    uint refusal = AdoptOpened(Native.RtOpenSharedMemoryW(0, 0, name, out address));
    if (refusal != 0) throw ErrorFor("open", refusal);
    Size = SizeOf();
  }

  /// <summary>Opens the memory of a name; makes none.</summary>
  /// <param name="name">its name</param>
  /// <inheritdoc cref="Mutex.OpenExisting(string)" path="/exception"/>
  public static SharedMemory OpenExisting(string name) { return new SharedMemory(name); }

  /// <summary>All of it. The span must not be used after Dispose: the memory is unmapped then. Keep a reference to this
  /// object as long as the span is used.</summary>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public unsafe Span<byte> Span {
    get {
      if (Handle.IsClosed) throw new ObjectDisposedException(ToString());
      return new Span<byte>((void*)address, Size);
    }
  }

  /// <summary>Reads a value, as MemoryMappedViewAccessor does; safe against a Dispose at the same time.</summary>
  /// <typeparam name="T">a type without references</typeparam>
  /// <param name="position">offset of its first byte</param>
  /// <exception cref="ArgumentOutOfRangeException">It would lie outside the memory.</exception>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public T Read<T>(int position) where T : unmanaged {
    T value = default;
    Copy(position, MemoryMarshal.AsBytes(AsSpan(ref value)), false);
    return value;
  }

  /// <summary>Writes a value; see <see cref="Read{T}(int)"/>.</summary>
  /// <typeparam name="T">a type without references</typeparam>
  /// <param name="position">offset of its first byte</param>
  /// <param name="value">the value</param>
  /// <exception cref="ArgumentOutOfRangeException">It would lie outside the memory; nothing was written.</exception>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public void Write<T>(int position, T value) where T : unmanaged {
    Copy(position, MemoryMarshal.AsBytes(AsSpan(ref value)), true);
  }

  /// <summary>Copies bytes out of it.</summary>
  /// <param name="position">offset of the first one</param>
  /// <param name="count">how many</param>
  /// <exception cref="ArgumentOutOfRangeException">They lie outside the memory.</exception>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public byte[] ReadBytes(int position, int count) {
    Check(position, count);
    var data = new byte[count];
    Copy(position, data, false);
    return data;
  }

  /// <summary>Copies bytes into it.</summary>
  /// <param name="position">offset of the first one</param>
  /// <param name="data">the bytes</param>
  /// <exception cref="ArgumentNullException">data is null.</exception>
  /// <exception cref="ArgumentOutOfRangeException">They would lie outside the memory; nothing was written.</exception>
  /// <exception cref="ObjectDisposedException">It was disposed.</exception>
  public void WriteBytes(int position, byte[] data) {
    if (data == null) throw new ArgumentNullException(nameof(data));
    Copy(position, data, true);
  }

  private static unsafe Span<T> AsSpan<T>(ref T value) where T : unmanaged {
#if NET
    return new Span<T>(ref value);
#else
    fixed (T* pointer = &value) return new Span<T>(pointer, 1);  // a local or parameter of the caller: it does not move
#endif
  }

  private int SizeOf() {
    Check("query", Native.RtQuerySharedMemory(Handle, out Native.MemoryInfo info));
    return checked((int)info.Size);
  }

  private void Check(int position, int count) {
    if (position < 0 || position > Size) {
      throw new ArgumentOutOfRangeException(nameof(position), position, "from 0 to " + Size);
    }
    if (count < 0 || count > Size - position) {
      throw new ArgumentOutOfRangeException(nameof(count), count, "from 0 to " + (Size - position));
    }
  }

  // The handle cannot be closed, nor the memory unmapped, while it is used.
  private unsafe void Copy(int position, Span<byte> data, bool write) {
    Check(position, data.Length);
    bool added = false;
    Handle.DangerousAddRef(ref added);
    try {
      var part = new Span<byte>((byte*)address + position, data.Length);
      if (write) data.CopyTo(part); else part.CopyTo(data);
    } finally {
      Handle.DangerousRelease();
    }
  }
}
