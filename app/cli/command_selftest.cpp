// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/selftest_checks.h"
#include "app/cli/session.h"
#include "core/base/device.h"
#include "core/base/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <memory>

namespace elbo::cli {

namespace {

void selftest(const std::string& deviceKey, Session& session)
{
    const auto device = chooseDevice(deviceKey);
    session.say("Testing on " + deviceInfo(device).title + ".");
    std::vector<SelftestCheck> checks;
    const auto add = [&](const char* what, const std::function<std::vector<SelftestCheck>()>& check) {
        throwIfStopped(session.stop());
        session.say(std::string("Checking ") + what + ".");
        const auto more = check();
        checks.insert(checks.end(), more.begin(), more.end());
    };
    add("golden values", [&] { return checkGoldenValues(device); });
    add("the up-convolution", [&] { return checkUpConvolution(device); });
    if (!device.is_cpu())
        add("training against the CPU", [&] { return checkDeviceAgainstCpu(device); });
    add("saving and resuming", [&] { return checkSaveAndResume(deviceKey); });

    auto items = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows{{"CHECK", "RESULT", "DEVIATION", "ALLOWED"}};
    for (const auto& check : checks) {
        items.push_back({{"name", check.name},
                         {"passed", check.passed()},
                         {"deviation", check.deviation},
                         {"allowed", check.allowed}});
        rows.push_back({check.name, check.passed() ? "passed" : "FAILED", numberText(check.deviation),
                        numberText(check.allowed)});
    }
    const auto failed = std::count_if(checks.begin(), checks.end(),
                                      [](const SelftestCheck& check) { return !check.passed(); });
    if (session.json)
        printJson({{"device", deviceInfo(device).title}, {"passed", failed == 0}, {"checks", items}});
    else
        printTable(rows);
    if (failed > 0)
        throw Error(
            ErrorCode::Internal,
            std::to_string(failed) + " of " + std::to_string(checks.size()) +
                " checks failed: this installation computes wrong numbers; install Elbo and LibTorch again.");
}

}  // namespace

void addSelftest(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("selftest", "Whether this installation computes what it should");
    auto device = std::make_shared<std::string>("auto");
    command->add_option("--device", *device, "auto | cpu | cuda | cuda:N")->capture_default_str();
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, device] { selftest(*device, session); });
}

}  // namespace elbo::cli
