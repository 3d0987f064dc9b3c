// SPDX-License-Identifier: GPL-3.0-or-later
// elbo_fuzz_seeds FOLDER: writes a small good file of each format into FOLDER/torch_file, FOLDER/safetensors,
// FOLDER/idx, FOLDER/prepared and FOLDER/ply, for the fuzzers to begin with.
#include "core/base/error.h"
#include "core/data/load.h"
#include "core/data/preparation.h"
#include "core/store/safetensors.h"
#include "core/store/torch_file.h"

#include <ATen/Functions.h>

#include <zlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

std::vector<elbo::NamedTensor> someTensors()
{
    return {{"a.weight", at::arange(6).to(at::kFloat).view({2, 3})},
            {"a.bias", at::ones({2}, at::kHalf)},
            {"codes", at::arange(4).to(at::kInt).to(at::kUInt16)},
            {"flags", at::ones({3}, at::kBool)},
            {"count", at::scalar_tensor(7, at::kLong)},
            {"nothing", at::empty({0, 5})}};
}

void writeText(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

void writeCompressed(const std::filesystem::path& file, const std::string& bytes)
{
    const gzFile out = gzopen(file.c_str(), "wb");
    gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(out);
}

void writeSeeds(const std::filesystem::path& folder)
{
    for (const char* name : {"torch_file", "safetensors", "idx", "prepared", "ply"})
        std::filesystem::create_directories(folder / name);
    const std::map<std::string, std::string> metadata{{"epoch", "3"}};
    elbo::writeTorch(folder / "torch_file/zip.pt", someTensors(), metadata);
    elbo::writeSafetensors(folder / "safetensors/some.safetensors", someTensors(), metadata);
    using namespace std::string_literals;
    const auto labels = "\0\0\x08\x01\0\0\0\x04\1\2\3\4"s;
    const std::string vertices =
        "element vertex 2\nproperty float x\nproperty float y\nproperty float z\n"
        "property uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n";
    writeText(folder / "ply/ascii", "ply\nformat ascii 1.0\n" + vertices + "1 2 3 4 5 6\n-1 0.5 1e3 7 8 9\n");
    writeText(folder / "ply/binary",
              "ply\nformat binary_little_endian 1.0\n" + vertices + std::string(30, '\1'));
    writeText(folder / "ply/big", "ply\nformat binary_big_endian 1.0\n" + vertices + std::string(30, '\2'));
    writeText(folder / "idx/labels", labels);
    writeText(folder / "idx/images", "\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x02\1\2\3\4"s);
    writeCompressed(folder / "idx/labels.gz", labels);
    elbo::prepareDataset(elbo::parseDataSpec("rooms:count=3,size=8"), elbo::computeReaders(),
                         folder / "prepared/rooms.safetensors", {});
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("Give the folder to write the seeds into.\n", stderr);
        return 2;
    }
    try {
        writeSeeds(argv[1]);
        return 0;
    } catch (...) {
        std::fprintf(stderr, "%s\n", elbo::currentFailure().sentence.c_str());
        return 1;
    }
}
