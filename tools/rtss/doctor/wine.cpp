#include "tools/rtss/doctor/wine.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace rtss::tool {

namespace {

std::vector<std::string> folders_of(const char* variable, const char* usual) {
  const char* const value = std::getenv(variable);
  std::vector<std::string> folders;
  std::istringstream rest(value == nullptr ? "" : value);
  for (std::string folder; std::getline(rest, folder, ':');) folders.push_back(folder);
  folders.emplace_back(usual);
  return folders;
}

bool has_wine(const SystemFiles& files) {
  const std::vector<std::string> folders = folders_of("PATH", "/usr/bin");
  return std::ranges::any_of(folders, [&](const std::string& folder) { return files.exists(folder + "/wine"); });
}

// The first of Wine's folders that has the file, by itself or in the folder of its kind.
std::string find(const SystemFiles& files, const std::string& kind, const std::string& name) {
  const std::string alone = "/" + name;
  const std::string in_its_folder = "/" + kind + alone;
  for (const std::string& folder : folders_of("WINEDLLPATH", "/usr/lib/x86_64-linux-gnu/wine")) {
    for (const std::string& path : {folder + in_its_folder, folder + alone}) {
      if (files.exists(path)) return path;
    }
  }
  return {};
}

// The version in a file of machine code: digits and dots after the mark.
std::string version_after(const std::string& mark, const SystemFiles& files, const std::string& path) {
  constexpr const char* kDigits = "0123456789.";
  const std::string text = files.read(path).value_or("");
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    const std::size_t end = std::min(text.find_first_not_of(kDigits, begin), text.size());
    if (end > begin) return text.substr(begin, end - begin);
  }
  return "unknown";
}

std::string major_of(const std::string& version) { return version.substr(0, version.find('.')); }

Finding examine(const SystemFiles& files) {
  const auto skipped = [](std::string text) { return Finding{"wine", Severity::kSkipped, std::move(text), {}}; };
  const auto warning = [](std::string text, std::string remedy) {
    return Finding{"wine", Severity::kWarning, std::move(text), std::move(remedy)};
  };
  if (!has_wine(files)) return skipped("no Wine: Windows programs cannot run here");
  const std::string module = find(files, "x86_64-unix", "rtapi.dll.so");
  if (module.empty())
    return skipped(
        "Wine, but no rtapi.dll.so in its folders or WINEDLLPATH: for Windows programs of RTX (librtapi-wine)");
  if (find(files, "x86_64-windows", "RtApi.dll").empty())
    return warning(module + " without its placeholder RtApi.dll: Wine does not find it",
                   "put RtApi.dll beside the Windows program, or into the same folder and run wineboot -u");
  // The module says them of itself: version_mark in bindings/wine/calls_by_hand.c.
  const std::string version = version_after("RtApi.dll of rtapi ", files, module);
  if (version != RTSS_VERSION)
    return warning(module + " is of version " + version + ", this command of " + RTSS_VERSION +
                       ": the DLL refuses another library",
                   "install RtApi.dll and librtapi.so from one version");
  const std::string built_for = version_after("built for Wine ", files, module);
  const std::string ntdll = find(files, "x86_64-unix", "ntdll.so");
  const std::string wine = ntdll.empty() ? "unknown" : version_after("wine-", files, ntdll);
  if (wine == "unknown") return skipped("Wine of unknown version; RtApi.dll was built for " + built_for);
  if (major_of(wine) != major_of(built_for))
    return warning("Wine " + wine + ", and " + module + " was built for Wine " + built_for + ": the DLL refuses it",
                   "use the distribution's Wine, or build RtApi.dll with this one's winegcc");
  return {"wine", Severity::kOk, "Wine " + wine + ", with RtApi.dll of version " + version, {}};
}

}  // namespace

void check_wine(const SystemFiles& files, Findings& findings) { findings.push_back(examine(files)); }

}  // namespace rtss::tool
