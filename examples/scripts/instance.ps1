# The idiom of Windows scripts for a mutex, line by line, for PowerShell on Linux.
#
# PowerShell's own [System.Threading.Mutex] is known to .NET programs only; this one is known to every program that uses
# librtapi, in any language, and to "rtss lock", "rtss try" and "rtss ls".
#
# This script has not been run: no PowerShell was at hand. The class behind it, bindings/csharp/Rtss.cs, is tested under
# Mono, with the same calls in the same order.
#
#   pwsh examples/scripts/instance.ps1        needs librtapi.so.0 (package librtapi0, or LD_LIBRARY_PATH)

Add-Type -Path (Join-Path $PSScriptRoot '../../bindings/csharp/Rtss.cs')

# Windows: $mutex = New-Object System.Threading.Mutex($true, 'Global\Motion Lock', [ref]$created)
$created = $false
$mutex = New-Object Rtss.NamedMutex($true, 'Motion Lock', [ref]$created)

try {
  if (-not $created) {
    # Windows: $owned = $mutex.WaitOne(5000)
    # In short waits, because Ctrl-C waits for the one that is under way.
    $owned = $false
    try {
      for ($tries = 0; -not $owned -and $tries -lt 10; $tries++) { $owned = $mutex.WaitOne(500) }
    } catch [System.Threading.AbandonedMutexException] {
      # Windows: the same. The mutex is owned.
      Write-Warning 'its last owner was killed: check what it protects'
      $owned = $true
    }
    if (-not $owned) { Write-Error 'not free within five seconds'; exit 75 }
  }

  Write-Output 'mine'

  # Windows: $mutex.ReleaseMutex(), by the thread that took it: not from a job, a runspace or ForEach-Object -Parallel.
  $mutex.ReleaseMutex()
} finally {
  # Windows: $mutex.Dispose()
  $mutex.Dispose()
}
