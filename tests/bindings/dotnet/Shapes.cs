// Each public constructor, method, property and constant of System.Threading's classes is here too, with the same names
// and defaults of parameters, save what is listed as missing.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;

internal static class Shapes {
  private static readonly Type[] Classes = [typeof(WaitHandle), typeof(EventWaitHandle), typeof(AutoResetEvent),
                                            typeof(ManualResetEvent), typeof(Mutex), typeof(Semaphore)];

  // The runtime can wait for no object of ours: there is no handle to give it.
  private static readonly string[] Missing = ["get_Handle", "set_Handle", "get_SafeWaitHandle", "set_SafeWaitHandle"];

  private static string Name(Type type) {
    return type.ToString().Replace("System.Threading.", "").Replace("Rtss.", "");
  }

  private static string Signature(MethodBase method) {
    var parameters = method.GetParameters().Select(
        each => $"{Name(each.ParameterType)} {each.Name}{(each.HasDefaultValue ? $" = {each.DefaultValue}" : "")}");
    string result = method is MethodInfo { IsStatic: var isStatic } info
                        ? $"{(isStatic ? "static " : "")}{Name(info.ReturnType)} " : "";
    return $"{result}{method.Name}({string.Join(", ", parameters)})";
  }

  private static IEnumerable<MethodBase> Members(Type type) {
    return type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).OfType<MethodBase>();
  }

  // Refused by the compiler, with the reason.
  private static bool IsRefused(MethodBase method) {
    return method.GetCustomAttribute<ObsoleteAttribute>()?.IsError == true;
  }

  internal static int Check() {
    int failures = 0;
    void Fail(string what) {
      ++failures;
      Console.WriteLine(what);
    }
    foreach (Type theirs in Classes) {
      if (typeof(Rtss.Mutex).Assembly.GetType("Rtss." + theirs.Name) is not Type ours) {
        Fail($"{theirs.Name} is missing");
        continue;
      }
      var here = Members(ours).ToDictionary(Signature);
      foreach (MethodBase member in Members(theirs).Where(each => each.DeclaringType == theirs)) {
        string signature = Signature(member);
        bool found = here.TryGetValue(signature, out MethodBase? same);
        bool hasOptions = signature.Contains(nameof(NamedWaitHandleOptions));
        if (found == Missing.Contains(member.Name)) Fail($"{theirs.Name}, here: {found}: {signature}");
        if (found && IsRefused(same!) != hasOptions) Fail($"{theirs.Name}, refused: {!hasOptions}: {signature}");
      }
    }
    object? timeout = typeof(Rtss.WaitHandle).GetField(nameof(WaitHandle.WaitTimeout))?.GetRawConstantValue();
    if (timeout is not WaitHandle.WaitTimeout) Fail($"WaitTimeout is {timeout}");
    return failures;
  }
}
