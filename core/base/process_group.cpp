// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process_group.h"

#include <algorithm>

namespace elbo {

namespace {

class AloneGroup final : public ProcessGroup {
public:
    [[nodiscard]] int rank() const override { return 0; }
    [[nodiscard]] int size() const override { return 1; }
    [[nodiscard]] int localRank() const override { return 0; }
    [[nodiscard]] int coreSharers() const override { return 1; }
    // The sum over one process, and what process 0 has, are the values themselves.
    [[nodiscard]] std::shared_ptr<Collective> startSum(const at::Tensor& /*values*/) override
    {
        return m_done;
    }
    [[nodiscard]] std::shared_ptr<Collective> startBroadcast(const at::Tensor& /*values*/) override
    {
        return m_done;
    }
    [[nodiscard]] std::shared_ptr<Collective> startBarrier() override { return m_done; }
    void wait(Collective& /*begun*/) override {}
    [[nodiscard]] double waitedSeconds() const override { return 0.0; }

private:
    std::shared_ptr<Collective> m_done = std::make_shared<Collective>();
};

}  // namespace

ProcessGroup& aloneGroup()
{
    static AloneGroup group;
    return group;
}

Share shareOf(std::int64_t count, int rank, int size)
{
    const auto least = count / size;
    const auto larger = count % size;
    return {rank * least + std::min<std::int64_t>(rank, larger), least + (rank < larger ? 1 : 0)};
}

}  // namespace elbo
