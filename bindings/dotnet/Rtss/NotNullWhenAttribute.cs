#if NETSTANDARD2_0
namespace System.Diagnostics.CodeAnalysis;

/// <summary>What the compiler looks for by name; .NET Standard 2.0 lacks it.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class NotNullWhenAttribute : Attribute {
  public NotNullWhenAttribute(bool returnValue) { ReturnValue = returnValue; }

  public bool ReturnValue { get; }
}
#endif
