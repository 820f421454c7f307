using System;
using System.Management.Automation;
using System.Threading;

namespace Rtss.PowerShell;

/// <summary>What a wait took; the function that called it gives it back, however it ends.</summary>
public sealed class Outcome {
  /// <summary>The object was taken.</summary>
  public bool Taken { get; internal set; }

  /// <summary>It was taken, and its last owner ended while owning it.</summary>
  public bool Abandoned { get; internal set; }
}

/// <summary>The module's wait: a call of a .NET method holds off Ctrl-C, a cmdlet is told of it.</summary>
[Cmdlet(VerbsLifecycle.Wait, "RtssHandle")]
public sealed class WaitRtssHandle : PSCmdlet, IDisposable {
  private readonly CancellationTokenSource stop = new CancellationTokenSource();

  /// <summary>What to wait for.</summary>
  [Parameter(Mandatory = true)]
  public WaitHandle Handle { get; set; } = null!;

  /// <summary>Seconds; negative means no limit.</summary>
  [Parameter(Mandatory = true)]
  public double Timeout { get; set; }

  /// <summary>Filled in by the wait itself, not by its caller: a caller may be stopped between the two.</summary>
  [Parameter(Mandatory = true)]
  public Outcome Outcome { get; set; } = null!;

  /// <inheritdoc/>
  protected override void EndProcessing() {
    double milliseconds = Timeout < 0 ? -1 : Math.Min(Math.Ceiling(Timeout * 1000), int.MaxValue);
    try {
      Outcome.Taken = Handle.WaitOne((int)milliseconds, stop.Token);
    } catch (AbandonedMutexException) {
      Outcome.Taken = Outcome.Abandoned = true;
    } catch (OperationCanceledException) {
      throw new PipelineStoppedException();
    }
  }

  /// <inheritdoc/>
  protected override void StopProcessing() { stop.Cancel(); }

  /// <inheritdoc/>
  public void Dispose() { stop.Dispose(); }
}
