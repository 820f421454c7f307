#!/usr/bin/env bash
# .NET on Linux: a System.Threading.Mutex with a plain name is one mutex for each POSIX session. A process in another
# session ("setsid": a second terminal, a service, a cron job) becomes a second owner and is told that it is the first.
# With the prefix Global\ the two share one. On Windows both forms are shared by the processes of one logon session.
#
# Needs the .NET SDK and no other package. Seen with 10.0.401. Exits with 1 if the behaviour is another one.
set -euo pipefail
command -v dotnet > /dev/null || { echo "skipped: no dotnet (.NET SDK)"; exit 0; }
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
major=$(dotnet --version | cut -d. -f1)

cat > "$folder/owner.csproj" << END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net$major.0</TargetFramework>
    <UseAppHost>false</UseAppHost>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
</Project>
END
cat > "$folder/owner.cs" << 'END'
// Takes the mutex of the name, says so, and keeps it until the end of its input.
var mutex = new System.Threading.Mutex(true, args[0], out bool created);
System.Console.WriteLine(created ? "owner" : "in use");
System.Console.In.ReadToEnd();
if (created) mutex.ReleaseMutex();
END
dotnet build "$folder" -c Release -o "$folder/out" -v q -nologo -nodeReuse:false -p:UseSharedCompilation=false > "$folder/log" ||
  { cat "$folder/log"; exit 1; }

# "second NAME COMMAND...": what a process started by the command is told while a first one owns the name.
second() {
  local name=$1 first
  shift
  coproc FIRST { exec dotnet "$folder/out/owner.dll" "$name"; }
  local pid=$FIRST_PID
  read -r first <&"${FIRST[0]}"
  [[ $first == owner ]] || { echo "the first process is told: $first" >&2; return 1; }
  "$@" dotnet "$folder/out/owner.dll" "$name" < /dev/null
  eval "exec ${FIRST[1]}>&-"
  wait "$pid"
}

name=finding-$$
same=$(second "$name" env)
other=$(second "$name-b" setsid --wait)
global=$(second "Global\\$name" setsid --wait)
echo ".NET $(dotnet --version)"
echo "plain name, same session:    second process is told: $same"
echo "plain name, another session: second process is told: $other"
echo "Global\\, another session:    second process is told: $global"
[[ $same == "in use" && $other == owner && $global == "in use" ]]
