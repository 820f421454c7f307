// rtss worst.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace rtss::tool {

void add_worst(CLI::App& app, int& exit_code);

}  // namespace rtss::tool
