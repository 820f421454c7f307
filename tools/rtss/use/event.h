// rtss event, mutex.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace rtss::tool {

void add_event(CLI::App& app, int& exit_code);
void add_mutex(CLI::App& app, int& exit_code);

}  // namespace rtss::tool
