namespace Rtss;

/// <summary>The set of names that this process shares with others.</summary>
public static class Namespace {
  /// <summary>Its name: the environment variable RTSS_NAMESPACE at the first use of the library, "default" without one.
  /// Setting the variable later changes nothing.</summary>
  /// <exception cref="System.DllNotFoundException">librtapi.so.0 is missing or too old.</exception>
  public static string Name {
    get {
      LoadedLibrary.Require();
      return LoadedLibrary.Namespace;
    }
  }
}
