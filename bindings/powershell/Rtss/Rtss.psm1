Set-StrictMode -Version 3

# The command rtss looks into the namespace without taking part in it.
function Invoke-RtssCommand([string[]] $Arguments, [int[]] $Expected) {
  if (-not (Get-Command rtss -CommandType Application -ErrorAction Ignore)) {
    throw [System.IO.FileNotFoundException]::new('the command rtss is not in PATH (package rtss-tools)')
  }
  $output = & rtss @Arguments 2>&1
  if ($LASTEXITCODE -notin $Expected) { throw [System.IO.IOException]::new("rtss $Arguments`: $output") }
  @{ Status = $LASTEXITCODE; Text = $output | Out-String }
}

function Use-Handle([Rtss.WaitHandle] $Handle, [double] $Timeout, [scriptblock] $ScriptBlock) {
  $outcome = [Rtss.PowerShell.Outcome]::new()
  try {
    Wait-RtssHandle -Handle $Handle -Timeout $Timeout -Outcome $outcome
    if (-not $outcome.Taken) { throw [TimeoutException]::new("$Handle was not free within $Timeout s") }
    if ($outcome.Abandoned) { Write-Warning "$Handle`: its last owner ended while owning it; check what it protects" }
    & $ScriptBlock
  } finally {
    if ($outcome.Taken) {
      if ($Handle -is [Rtss.Mutex]) { $Handle.ReleaseMutex() } else { [void]$Handle.Release() }
    }
    $Handle.Dispose()
  }
}

function New-RtssMutex {
  <#
  .SYNOPSIS
  Makes a named mutex, or opens the one of that name.
  .DESCRIPTION
  The property CreatedNew of the result says whether it was made. Keep the result in a variable: without a handle in
  any process the name goes. The thread that took the mutex releases it
  (ReleaseMutex), not a job or ForEach-Object -Parallel.
  .PARAMETER Name
  Up to 259 bytes of UTF-8, without backslash.
  .PARAMETER InitiallyOwned
  A mutex that this call makes is owned by the calling thread. No effect on one that existed.
  .EXAMPLE
  $instance = New-RtssMutex my-daemon -InitiallyOwned
  if (-not $instance.CreatedNew) { throw 'already running' }
  .OUTPUTS
  Rtss.Mutex
  #>
  [CmdletBinding()]
  [OutputType([Rtss.Mutex])]
  param([Parameter(Mandatory, Position = 0)] [string] $Name, [switch] $InitiallyOwned)
  [Rtss.Mutex]::new($InitiallyOwned, $Name)
}

function Use-RtssMutex {
  <#
  .SYNOPSIS
  Runs a script block while owning a named mutex.
  .DESCRIPTION
  Waits for the mutex, runs the block in the same thread, and releases the mutex when the block ends, by an error and
  by Ctrl-C too. Ctrl-C also ends the wait. If the mutex's last owner ended while owning it, a warning says so and the
  block runs: with -WarningAction Stop it does not.
  .PARAMETER Name
  Up to 259 bytes of UTF-8, without backslash.
  .PARAMETER Timeout
  Seconds to wait at most; 0 looks once, -1, the default, means no limit. Not in time is a System.TimeoutException, and the
  block does not run.
  .PARAMETER ScriptBlock
  What to run. It sees the caller's variables; its output is the output.
  .EXAMPLE
  Use-RtssMutex -Name recipe -Timeout 2.5 { Get-Content recipe.json }
  #>
  [CmdletBinding()]
  param([Parameter(Mandatory)] [string] $Name, [double] $Timeout = -1,
        [Parameter(Mandatory, Position = 0)] [scriptblock] $ScriptBlock)
  Use-Handle ([Rtss.Mutex]::new($false, $Name)) $Timeout $ScriptBlock
}

function Test-RtssMutex {
  <#
  .SYNOPSIS
  Says whether a thread of any process owns a named mutex.
  .DESCRIPTION
  Looks only: it takes nothing, makes nothing and keeps nothing alive. By the time the answer is read it may have changed;
  to be the only instance take the mutex (New-RtssMutex -InitiallyOwned). Needs the command rtss.
  .PARAMETER Name
  Up to 259 bytes of UTF-8, without backslash.
  .EXAMPLE
  if (Test-RtssMutex my-daemon) { 'it is running' }
  .OUTPUTS
  System.Boolean
  #>
  [CmdletBinding()]
  [OutputType([bool])]
  param([Parameter(Mandatory, Position = 0)] [string] $Name)
  (Invoke-RtssCommand -Arguments 'try', '--', $Name -Expected 0, 75).Status -eq 75
}

function New-RtssEvent {
  <#
  .SYNOPSIS
  Makes a named event, or opens the one of that name.
  .DESCRIPTION
  The property CreatedNew of the result says whether it was made; an event that existed keeps its kind and its state. Keep
  the result in a variable: without a handle in any process the name goes.
  .PARAMETER Name
  Up to 259 bytes of UTF-8, without backslash.
  .PARAMETER ManualReset
  Set lets all waiters go until Reset. Without it each Set lets one go.
  .PARAMETER InitialState
  Set from the start.
  .EXAMPLE
  $ready = New-RtssEvent ready -ManualReset
  .OUTPUTS
  Rtss.EventWaitHandle
  #>
  [CmdletBinding()]
  [OutputType([Rtss.EventWaitHandle])]
  param([Parameter(Mandatory, Position = 0)] [string] $Name, [switch] $ManualReset, [switch] $InitialState)
  [Rtss.EventWaitHandle]::new($InitialState, $(if ($ManualReset) { 'ManualReset' } else { 'AutoReset' }), $Name)
}

function Set-RtssEvent {
  <#
  .SYNOPSIS
  Sets a named event that exists.
  .PARAMETER Name
  Its name. Nothing of that name is an error.
  .EXAMPLE
  Set-RtssEvent ready
  #>
  [CmdletBinding()]
  param([Parameter(Mandatory, Position = 0)] [string] $Name)
  $opened = [Rtss.EventWaitHandle]::OpenExisting($Name)
  try { [void]$opened.Set() } finally { $opened.Dispose() }
}

function Reset-RtssEvent {
  <#
  .SYNOPSIS
  Clears a named event that exists.
  .PARAMETER Name
  Its name. Nothing of that name is an error.
  .EXAMPLE
  Reset-RtssEvent ready
  #>
  [CmdletBinding()]
  param([Parameter(Mandatory, Position = 0)] [string] $Name)
  $opened = [Rtss.EventWaitHandle]::OpenExisting($Name)
  try { [void]$opened.Reset() } finally { $opened.Dispose() }
}

function Wait-RtssEvent {
  <#
  .SYNOPSIS
  Waits until a named event that exists is set.
  .DESCRIPTION
  An event that resets itself is clear again afterwards. Ctrl-C ends the wait.
  .PARAMETER Name
  Its name. Nothing of that name is an error.
  .PARAMETER Timeout
  Seconds to wait at most; 0 looks once, -1, the default, means no limit.
  .EXAMPLE
  if (Wait-RtssEvent ready -Timeout 10) { 'ready' }
  .OUTPUTS
  System.Boolean: false when the time was up.
  #>
  [CmdletBinding()]
  [OutputType([bool])]
  param([Parameter(Mandatory, Position = 0)] [string] $Name, [double] $Timeout = -1)
  $outcome = [Rtss.PowerShell.Outcome]::new()
  $opened = [Rtss.EventWaitHandle]::OpenExisting($Name)
  try {
    Wait-RtssHandle -Handle $opened -Timeout $Timeout -Outcome $outcome
    $outcome.Taken
  } finally {
    $opened.Dispose()
  }
}

function New-RtssSemaphore {
  <#
  .SYNOPSIS
  Makes a named semaphore, or opens the one of that name.
  .DESCRIPTION
  The property CreatedNew of the result says whether it was made; a semaphore that existed keeps its counts. Keep the
  result in a variable: without a handle in any process the name goes.
  .PARAMETER Name
  Up to 259 bytes of UTF-8, without backslash.
  .PARAMETER InitialCount
  Units from the start; without it, as many as MaximumCount.
  .PARAMETER MaximumCount
  Units at most, from 1.
  .EXAMPLE
  $workers = New-RtssSemaphore workers -MaximumCount 2
  .OUTPUTS
  Rtss.Semaphore
  #>
  [CmdletBinding()]
  [OutputType([Rtss.Semaphore])]
  param([Parameter(Mandatory, Position = 0)] [string] $Name, [Parameter(Mandatory)] [int] $MaximumCount,
        [int] $InitialCount = $MaximumCount)
  [Rtss.Semaphore]::new($InitialCount, $MaximumCount, $Name)
}

function Use-RtssSemaphore {
  <#
  .SYNOPSIS
  Runs a script block while having a unit of a named semaphore that exists.
  .DESCRIPTION
  Waits for a unit, runs the block and gives the unit back, after an error and Ctrl-C too. Ctrl-C also ends the wait. A
  process that is killed gives nothing back.
  .PARAMETER Name
  Its name. Nothing of that name is an error.
  .PARAMETER Timeout
  As of Use-RtssMutex.
  .PARAMETER ScriptBlock
  As of Use-RtssMutex.
  .EXAMPLE
  Use-RtssSemaphore -Name workers { 'a job' }
  #>
  [CmdletBinding()]
  param([Parameter(Mandatory)] [string] $Name, [double] $Timeout = -1,
        [Parameter(Mandatory, Position = 0)] [scriptblock] $ScriptBlock)
  Use-Handle ([Rtss.Semaphore]::OpenExisting($Name)) $Timeout $ScriptBlock
}

function Get-RtssObject {
  <#
  .SYNOPSIS
  Lists the named objects of the namespace: kind, state, owner, waiters.
  .DESCRIPTION
  What "rtss ls -J" tells, as objects. Looks only. Needs the command rtss.
  .PARAMETER Name
  Names to list, with wildcards; without it, all.
  .EXAMPLE
  Get-RtssObject | Where-Object kind -eq mutex
  #>
  [CmdletBinding()]
  param([Parameter(Position = 0)] [SupportsWildcards()] [string] $Name = '*')
  $listing = (Invoke-RtssCommand -Arguments 'ls', '-J' -Expected 0).Text | ConvertFrom-Json
  $listing.objects | Where-Object name -Like $Name
}

$complete = {
  param($Command, $Parameter, $Word)
  try {
    Get-RtssObject "$($Word.Trim("'", '"'))*" |
      Where-Object { $Command -notmatch 'Rtss(Mutex|Event|Semaphore)' -or $_.kind -eq $Matches[1] } |
      ForEach-Object {
        $text = if ($_.name -match '[^\w./:-]') { "'" + $_.name.Replace("'", "''") + "'" } else { $_.name }
        [System.Management.Automation.CompletionResult]::new($text, $_.name, 'ParameterValue', "$($_.kind) $($_.name)")
      }
  } catch { }  # no command rtss, no namespace: nothing to offer
}
Register-ArgumentCompleter -ParameterName Name -ScriptBlock $complete -CommandName (
  'New-RtssMutex', 'Use-RtssMutex', 'Test-RtssMutex', 'New-RtssEvent', 'Set-RtssEvent', 'Reset-RtssEvent',
  'Wait-RtssEvent', 'New-RtssSemaphore', 'Use-RtssSemaphore', 'Get-RtssObject')
