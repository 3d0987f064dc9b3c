// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/sigma_fields.h"

namespace elbo {

std::vector<Field> withSigmaFields(std::vector<Field> fields, double sigma)
{
    fields.push_back({.name = "sigma",
                      .label = "Sigma of the likelihood",
                      .help =
                          "Standard deviation of a value around the reconstruction, in the range that the "
                          "network works in. Smaller values weigh the reconstruction more against KL.",
                      .kind = FieldKind::Real,
                      .defaultValue = sigma,
                      .minimum = 5e-3,
                      .maximum = 10,
                      .logarithmic = true,
                      .advanced = true});
    fields.push_back({.name = "learn_sigma",
                      .label = "Learn sigma",
                      .help = "Sigma begins with the value above and is learned with the weights, so that "
                              "reconstruction and KL find their balance (Rybkin et al. 2021). The report "
                              "keeps it fixed.",
                      .kind = FieldKind::Boolean,
                      .defaultValue = false,
                      .advanced = true});
    return fields;
}

GaussianSigma sigmaOf(const ModelConfig& config, const std::vector<Field>& fields)
{
    return {.value = config.fields.real(fields, "sigma"),
            .learned = config.fields.boolean(fields, "learn_sigma")};
}

}  // namespace elbo
