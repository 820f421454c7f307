# The idiom of Windows scripts for a mutex, line by line, for PowerShell on Linux.
#
# PowerShell's own [System.Threading.Mutex] is known to .NET programs only; this one is known to every program that uses
# librtapi, in any language, and to "rtss lock", "rtss try" and "rtss ls".
#
#   pwsh examples/scripts/instance.ps1        needs the module Rtss (bindings/powershell) and librtapi.so.0

Import-Module Rtss

# Windows: $mutex = New-Object System.Threading.Mutex($true, 'Global\Motion Lock', [ref]$created)
$created = $false
$mutex = New-Object Rtss.Mutex($true, 'Motion Lock', [ref]$created)

try {
  if (-not $created) {
    # Windows: the same.
    $owned = $false
    try {
      $owned = $mutex.WaitOne(5000)
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
