# The PowerShell module in one process: each check is a sentence. "held" names a mutex that another process owns, "dead" one
# whose owner was killed.
param([string] $Held, [string] $Dead, [string] $DeadToo)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Import-Module Rtss

function Confirm([bool] $Right, [string] $What) { if (-not $Right) { throw "not so: $What" } }

function Get-Failure([scriptblock] $Block) {
  try { [void](& $Block) } catch { return $_.Exception.GetBaseException().GetType().Name }
  'none'
}

function Complete([string] $Line) { @((TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText) }

$checks = [ordered]@{
  'the module exports what the manifest says' = {
    $names = (Get-Command -Module Rtss -CommandType Function).Name
    Confirm ($names.Count -eq 10) "10 functions, not $names"
  }
  'Get-Help tells what each function and each of its parameters is for, with an example' = {
    foreach ($function in Get-Command -Module Rtss -CommandType Function) {
      $help = Get-Help $function.Name -Full
      Confirm ($help.Synopsis -match '^\w.*\.$') "a synopsis of $($function.Name)"
      Confirm ($null -ne $help.examples) "an example of $($function.Name)"
      foreach ($parameter in $help.parameters.parameter) {
        Confirm ($null -ne $parameter.PSObject.Properties['description']) "$($function.Name) -$($parameter.name)"
      }
    }
  }
  'Tab completes the names of the kind that the function takes' = {
    $mutex = New-RtssMutex 'module tab mutex'
    $event = New-RtssEvent module-tab-event
    try {
      Confirm ((Complete 'Use-RtssMutex -Name module') -contains "'module tab mutex'") 'the mutex, in quotes'
      Confirm ((Complete 'Use-RtssMutex -Name module') -notcontains 'module-tab-event') 'no event'
      Confirm ((Complete 'Wait-RtssEvent module-t') -contains 'module-tab-event') 'the event'
      Confirm ((Complete 'Get-RtssObject module').Count -ge 2) 'both'
    } finally { $mutex.Dispose(); $event.Dispose() }
  }
  'the familiar line works with one word changed' = {
    $created = $false; $m = New-Object -TypeName Rtss.Mutex($true, "MutexName1", [ref]$created)
    Confirm ($created -and $m.IsOwned) 'made and owned'
    $again = New-RtssMutex MutexName1 -InitiallyOwned
    Confirm (-not $again.CreatedNew) 'there already'
    $m.ReleaseMutex(); $m.Dispose(); $again.Dispose()
  }
  'Use-RtssMutex gives the output of the block and releases after an error' = {
    $mutex = New-RtssMutex module-use
    Confirm ((Use-RtssMutex -Name module-use { 'output'; [void]$mutex.IsOwned }) -eq 'output') 'output'
    Confirm ((Get-Failure { Use-RtssMutex -Name module-use { throw [FormatException]::new() } }) -eq 'FormatException') 'the error'
    Confirm (-not $mutex.IsOwned) 'released'
    Confirm (-not (Test-RtssMutex module-use)) 'free'
    $mutex.Dispose()
  }
  'a mutex that another process owns is in use, and not free in time' = {
    Confirm (Test-RtssMutex $Held) 'in use'
    Confirm ((Get-Failure { Use-RtssMutex -Name $Held -Timeout 0.02 { 'not run' } }) -eq 'TimeoutException') 'a time-out'
    Confirm ((Get-Failure { Use-RtssMutex -Name $Held -Timeout 0 { 'not run' } }) -eq 'TimeoutException') 'one look'
    Confirm (-not (Test-RtssMutex module-absent)) 'a name that nothing has'
  }
  'WaitOne tells of a killed owner by AbandonedMutexException, and the mutex is owned' = {
    $mutex = New-RtssMutex $Dead
    Confirm ((Get-Failure { $mutex.WaitOne(0) }) -eq 'AbandonedMutexException') 'the exception'
    Confirm $mutex.IsOwned 'owned'
    $mutex.ReleaseMutex(); $mutex.Dispose()
  }
  'Use-RtssMutex warns of a killed owner and runs the block' = {
    $output = Use-RtssMutex -Name $DeadToo { 'run' } 3>&1
    Confirm ("$output" -match 'last owner ended' -and $output[-1] -eq 'run') "a warning, then the output: $output"
  }
  'events are made, set, waited for and cleared' = {
    $event = New-RtssEvent module-event -ManualReset
    Confirm (-not (Wait-RtssEvent module-event -Timeout 0)) 'clear'
    Set-RtssEvent module-event
    Confirm ((Wait-RtssEvent module-event) -and (Wait-RtssEvent module-event -Timeout 1)) 'set'
    Reset-RtssEvent module-event
    Confirm (-not (Wait-RtssEvent module-event -Timeout 0.01)) 'cleared'
    $event.Dispose()
    foreach ($call in { Set-RtssEvent module-event }, { Reset-RtssEvent module-event }, { Wait-RtssEvent module-event }) {
      Confirm ((Get-Failure $call) -eq 'WaitHandleCannotBeOpenedException') "gone: $call"
    }
  }
  'a unit of a semaphore is given back after an error' = {
    $units = New-RtssSemaphore module-units -MaximumCount 1
    Confirm ((Use-RtssSemaphore -Name module-units { Use-Unit }) -eq 'none left') 'one unit'
    Confirm ((Get-Failure { Use-RtssSemaphore -Name module-units { throw [FormatException]::new() } }) -eq 'FormatException') 'the error'
    Confirm $units.WaitOne(0) 'given back'
    $units.Dispose()
  }
  'Get-RtssObject lists kind and name, with wildcards' = {
    $mutex = New-RtssMutex module-list
    $found = @(Get-RtssObject module-l*)
    Confirm ($found.Count -eq 1 -and $found[0].kind -eq 'mutex' -and $found[0].name -eq 'module-list') "$found"
    $mutex.Dispose()
  }
  'a bad name is the error that the class throws' = {
    Confirm ((Get-Failure { New-RtssMutex 'a\b' }) -eq 'DirectoryNotFoundException') 'a backslash'
    Confirm ((Get-Failure { New-RtssMutex ('x' * 260) }) -eq 'PathTooLongException') 'too long'
    Confirm ((Get-Failure { New-RtssSemaphore module-bad -MaximumCount 0 }) -eq 'ArgumentOutOfRangeException') 'no units'
  }
}

function Use-Unit { if ((Get-Failure { Use-RtssSemaphore -Name module-units -Timeout 0 { 'not run' } }) -eq 'TimeoutException') { 'none left' } }

$failed = 0
foreach ($check in $checks.GetEnumerator()) {
  try { & $check.Value; "ok   $($check.Key)" } catch { $failed++; "FAIL $($check.Key): $_ $($_.ScriptStackTrace)" }
}
exit $failed
