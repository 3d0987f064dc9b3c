// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/fused_adam.h"

#include <QtTest/QtTest>

#include <torch/types.h>

#include <cmath>

namespace {

using namespace elbo;

/// Adam of one number, as in Kingma and Ba 2015, algorithm 1, in float64.
class PlainAdam {
public:
    explicit PlainAdam(double value) : m_value(value) {}
    double step(double gradient, double rate, double decay, bool decoupled = false)
    {
        if (decoupled)  // Loshchilov and Hutter 2019, algorithm 2
            m_value -= rate * decay * m_value;
        else
            gradient += decay * m_value;
        ++m_steps;
        m_first = 0.9 * m_first + 0.1 * gradient;
        m_second = 0.999 * m_second + 0.001 * gradient * gradient;
        const auto first = m_first / (1 - std::pow(0.9, m_steps));
        const auto second = m_second / (1 - std::pow(0.999, m_steps));
        return m_value -= rate * first / (std::sqrt(second) + 1e-8);
    }

private:
    double m_value;
    double m_first = 0;
    double m_second = 0;
    int m_steps = 0;
};

at::Tensor parameterOf(double value)
{
    return torch::full({2, 3}, value, torch::requires_grad());
}

void setGradient(at::Tensor& parameter, double value)
{
    parameter.mutable_grad() = torch::full({2, 3}, value);
}

SafetensorsFile asFile(const FusedAdam& adam)
{
    SafetensorsFile file;
    for (const auto& [name, tensor] : adam.state())
        file.tensors.push_back({name, tensor.clone()});
    return file;
}

}  // namespace

class FusedAdamTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void decoupledDecayShrinksTheWeightsThemselves()
    {
        auto a = parameterOf(0.7);
        FusedAdam adam({{{a}, 1e-1, 1.0, true}});
        PlainAdam plain(0.7);
        for (int i = 0; i < 20; ++i) {
            const auto gradient = std::sin(i + 1.0);
            setGradient(a, gradient);
            adam.setLearningRate(1e-2);
            adam.step();
            QVERIFY(std::abs(a[1][2].item<double>() - plain.step(gradient, 1e-2, 1e-1, true)) < 1e-6);
        }
        // Coupled, the decay would go into the moments and end elsewhere.
        PlainAdam coupled(0.7);
        for (int i = 0; i < 20; ++i)
            static_cast<void>(coupled.step(std::sin(i + 1.0), 1e-2, 1e-1));
        QVERIFY(std::abs(a[0][0].item<double>() - coupled.step(std::sin(21.0), 1e-2, 1e-1)) > 1e-4);
    }

    void followsThePublishedAlgorithm()
    {
        auto a = parameterOf(0.7);
        auto b = parameterOf(-0.3);
        FusedAdam adam({{{a}, 0.0, 1.0}, {{b}, 1e-2, 0.5}});
        PlainAdam plainA(0.7);
        PlainAdam plainB(-0.3);
        for (int i = 0; i < 20; ++i) {
            const auto gradient = std::sin(i + 1.0);
            setGradient(a, gradient);
            setGradient(b, -gradient);
            adam.setLearningRate(1e-2);
            adam.step();
            const auto expectedA = plainA.step(gradient, 1e-2, 0.0);
            const auto expectedB = plainB.step(-gradient, 0.5e-2, 1e-2);
            QVERIFY(std::abs(a[1][2].item<double>() - expectedA) < 1e-6);
            QVERIFY(std::abs(b[0][0].item<double>() - expectedB) < 1e-6);
        }
    }

    void aParameterWithoutGradientStays()
    {
        auto a = parameterOf(0.7);
        auto b = parameterOf(0.2);
        FusedAdam adam({{{a, b}, 0.0, 1.0}});
        setGradient(a, 1.0);
        adam.setLearningRate(1e-2);
        adam.step();
        QVERIFY(a[0][0].item<double>() < 0.7);
        QVERIFY(torch::equal(b, parameterOf(0.2)));
        adam.zeroGradients();
        QVERIFY(!a.grad().defined());
    }

    void goesOnExactlyFromItsState()
    {
        auto a = parameterOf(0.7);
        FusedAdam adam({{{a}, 0.0, 1.0}});
        for (int i = 0; i < 3; ++i) {
            setGradient(a, 1.0 + i);
            adam.setLearningRate(1e-2);
            adam.step();
        }
        auto b = a.detach().clone().requires_grad_();
        FusedAdam resumed({{{b}, 0.0, 1.0}});
        resumed.loadState(asFile(adam));
        setGradient(a, -2.0);
        setGradient(b, -2.0);
        adam.setLearningRate(1e-2);
        adam.step();
        resumed.setLearningRate(1e-2);
        resumed.step();
        QVERIFY(torch::equal(a, b));
    }

    void aForeignStateIsRefused()
    {
        auto a = parameterOf(0.7);
        auto other = torch::zeros({5}, torch::requires_grad());
        FusedAdam adam({{{a}, 0.0, 1.0}});
        FusedAdam another({{{other}, 0.0, 1.0}});
        QVERIFY_EXCEPTION_THROWN(adam.loadState(asFile(another)), Error);
        QVERIFY_EXCEPTION_THROWN(adam.loadState({}), Error);
    }

    void keepsTheMemoryOrderOfConvolutions()
    {
        auto weight = torch::randn({4, 3, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
        auto plain = weight.detach().contiguous().requires_grad_();
        FusedAdam adam({{{weight}, 0.0, 1.0}});
        FusedAdam plainAdam({{{plain}, 0.0, 1.0}});
        const auto gradient = torch::randn({4, 3, 2, 2});
        weight.mutable_grad() = gradient.contiguous(at::MemoryFormat::ChannelsLast);
        plain.mutable_grad() = gradient.contiguous();
        adam.setLearningRate(1e-2);
        adam.step();
        plainAdam.setLearningRate(1e-2);
        plainAdam.step();
        QVERIFY(torch::allclose(weight, plain, 1e-6, 1e-7));
        QVERIFY(weight.is_contiguous(at::MemoryFormat::ChannelsLast));
    }
};

QTEST_GUILESS_MAIN(FusedAdamTest)
#include "tst_fused_adam.moc"
