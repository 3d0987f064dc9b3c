// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/golden.h"

#include <QtTest/QTest>

#include <c10/core/DeviceType.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace elbo::tests {

/// resources/golden/NAME.json
inline nlohmann::json goldenFile(const std::string& name)
{
    std::ifstream in(std::string(ELBO_SOURCES) + "/resources/golden/" + name + ".json");
    return nlohmann::json::parse(in);
}

/// One row a comparison, so that a test names what disagrees.
inline void addGoldenRows(const std::string& key, const std::string& file)
{
    QTest::addColumn<double>("deviation");
    QTest::addColumn<double>("tolerance");
    for (const auto& comparison : elbo::compareWithGolden(key, goldenFile(file), c10::kCPU)) {
        QTest::newRow(comparison.what.c_str()) << comparison.deviation << comparison.tolerance;
    }
}

}  // namespace elbo::tests
