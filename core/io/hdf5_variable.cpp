// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hdf5_variable.h"

namespace elbo {

std::string className(const Hdf5Variable& variable)
{
    if (!variable.matlabClass.empty())
        return variable.matlabClass;
    const auto bits = std::to_string(8 * variable.bytes);
    switch (variable.kind) {
        case Hdf5Variable::Kind::Unsigned:
            return "uint" + bits;
        case Hdf5Variable::Kind::Signed:
            return "int" + bits;
        case Hdf5Variable::Kind::Real:
            return variable.bytes == 4 ? "single" : (variable.bytes == 8 ? "double" : "float" + bits);
        case Hdf5Variable::Kind::Reference:
            return "cell";
        case Hdf5Variable::Kind::Other:
            break;
    }
    return "another type";
}

}  // namespace elbo
