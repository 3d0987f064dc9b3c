// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/python_fc_epoch.h"

#include "core/base/error.h"
#include "core/base/helper_process.h"

#include <nlohmann/json.hpp>

namespace elbo::bench {

namespace {

/// Written from the report's description and models.md; prints {"ms","versions"} or {"missing"}.
constexpr auto kScript = R"python(
import json, time
try:
    import torch, torchvision
except ImportError as error:
    print(json.dumps({"missing": error.name or "torch"}))
    raise SystemExit
from torch import nn

class FcVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 20))
        self.decoder = nn.Sequential(nn.Linear(10, 100), nn.ReLU(), nn.Linear(100, 784), nn.Sigmoid())

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, 1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return self.decoder(z), mean, log_variance

# torchvision's MNIST without its files: the same class, the same work for each image.
images = torchvision.datasets.MNIST.__new__(torchvision.datasets.MNIST)
images.data = torch.randint(0, 256, (60000, 28, 28), dtype=torch.uint8)
images.targets = torch.zeros(60000, dtype=torch.long)
images.transform = torchvision.transforms.ToTensor()
images.target_transform = None
loader = torch.utils.data.DataLoader(images, batch_size=256, shuffle=True)
model = FcVae()
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

def epoch():
    total = 0.0
    for x, _ in loader:
        x = x.view(-1, 784)
        optimiser.zero_grad()
        y, mean, log_variance = model(x)
        kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
        loss = torch.sum((y - x).pow(2)) + kl
        loss.backward()
        optimiser.step()
        total += loss.item()
    return total

epoch()
start = time.perf_counter()
epoch()
print(json.dumps({"ms": 1000 * (time.perf_counter() - start),
                  "versions": "PyTorch %s, torchvision %s" % (torch.__version__, torchvision.__version__)}))
)python";

}  // namespace

PythonEpoch measurePythonFcEpoch(const std::stop_token& stop)
{
    PythonEpoch epoch;
    epoch.note = "not measured: Python has no torch and torchvision";
    std::string answer;
    HelperResult result;
    try {
        result = runHelper(
            "/usr/bin/env", {"python3", "-c", kScript}, [&](const std::string& line) { answer = line; },
            stop);
    } catch (const Error& error) {
        epoch.note = std::string("not measured: ") + error.what();
        return epoch;
    }
    const auto json = nlohmann::json::parse(answer, nullptr, /*allow_exceptions=*/false);
    if (result.signal != 0 || !json.is_object() || !json.contains("ms") || !json["ms"].is_number()) {
        if (!json.is_object() && !result.errorTail.empty())
            epoch.note = "not measured: python3 failed (" +
                         result.errorTail.substr(
                             result.errorTail.find_last_of('\n', result.errorTail.size() - 2) + 1) +
                         ")";
        return epoch;
    }
    epoch.ms = json["ms"].get<double>();
    epoch.note = json.value("versions", "");
    return epoch;
}

}  // namespace elbo::bench
