@{
  RootModule = 'Rtss.psm1'
  NestedModules = @('Rtss.PowerShell.dll')
  RequiredAssemblies = @('Rtss.dll')
  ModuleVersion = '0.1.0'
  GUID = '5d0b0b3e-7c3c-4f0e-9d0f-3a6a1d0c8a51'
  Author = 'the rtapi authors'
  CompanyName = 'the rtapi authors'
  Copyright = 'MIT license'
  Description = 'Named mutexes, events and semaphores that scripts share with every process that uses librtapi'
  PowerShellVersion = '7.6'
  CompatiblePSEditions = @('Core')
  FunctionsToExport = @('New-RtssMutex', 'Use-RtssMutex', 'Test-RtssMutex', 'New-RtssEvent', 'Set-RtssEvent',
                        'Reset-RtssEvent', 'Wait-RtssEvent', 'New-RtssSemaphore', 'Use-RtssSemaphore', 'Get-RtssObject')
  CmdletsToExport = @()
  VariablesToExport = @()
  AliasesToExport = @()
}
