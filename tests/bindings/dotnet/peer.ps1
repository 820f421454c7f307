# The peer of the binding tests in PowerShell: mutex, wait, release and close of peer.c's language.
Import-Module Rtss
$objects = @{}

function Invoke-Order([string[]] $Words) {
  $name = $Words[1]
  switch ($Words[0]) {
    'mutex' {
      $created = $false
      $objects[$name] = New-Object -TypeName Rtss.Mutex(($Words[2] -eq 'owned'), $name, [ref]$created)
      if ($created) { 'new' } else { 'existed' }
    }
    'wait' {
      try {
        if ($objects[$name].WaitOne([int]$Words[2])) { 'taken' } else { 'timeout' }
      } catch [System.Threading.AbandonedMutexException] {
        'abandoned'
      }
    }
    'release' { $objects[$name].ReleaseMutex(); 'ok' }
    'close' { $objects[$name].Dispose(); $objects.Remove($name); 'ok' }
  }
}

while ($null -ne ($line = [Console]::In.ReadLine())) {
  try { $answer = Invoke-Order ($line -split "`t") } catch { $answer = "error $_" }
  [Console]::Out.WriteLine($answer)
}
