// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace CLI {
class App;
}

namespace elbo::cli {

class Session;

// Each adds one command to the program: its options, and what runs when it is named. A command that fails
// throws elbo::Error; one that is stopped throws elbo::Cancelled. The session outlives the run.
void addList(CLI::App& app, Session& session);
void addInfo(CLI::App& app, Session& session);
void addPrepare(CLI::App& app, Session& session);
void addTrain(CLI::App& app, Session& session);
void addControl(CLI::App& app, Session& session);
void addEvaluate(CLI::App& app, Session& session);
void addCompare(CLI::App& app, Session& session);
void addReconstruct(CLI::App& app, Session& session);
void addSample(CLI::App& app, Session& session);
void addInterpolate(CLI::App& app, Session& session);
void addTraverse(CLI::App& app, Session& session);
void addDepth(CLI::App& app, Session& session);
void addEvaluateDepth(CLI::App& app, Session& session);
void addCloud(CLI::App& app, Session& session);
void addConvert(CLI::App& app, Session& session);
void addReport(CLI::App& app, Session& session);
void addFetch(CLI::App& app, Session& session);
void addDemo(CLI::App& app, Session& session);
void addSelftest(CLI::App& app, Session& session);
void addBench(CLI::App& app, Session& session);

}  // namespace elbo::cli
