# SPDX-License-Identifier: GPL-3.0-or-later
# Writes OUT, a C++ source that holds the golden files of FOLDER: cmake -DFOLDER= -DOUT= -P golden_files.cmake
set(text "// SPDX-License-Identifier: GPL-3.0-or-later\n// Made by the build from resources/golden.\n#include \"app/cli/golden_files.h\"\n\n#include <array>\n\n")
string(APPEND text "namespace elbo::cli {\n\nstd::span<const GoldenFile> goldenFiles()\n{\n    static constexpr std::array<GoldenFile, 5> kFiles{{\n")
foreach(name conditional_vae fc_vae rgbd_vae bts_mobilenetv2 meter_xxs)
  file(READ ${FOLDER}/${name}.json json)
  string(REPLACE "_" "-" key ${name})
  string(APPEND text "        {\"${key}\", R\"golden(${json})golden\"},\n")
endforeach()
string(APPEND text "    }};\n    return kFiles;\n}\n\n}  // namespace elbo::cli\n")
file(WRITE ${OUT} "${text}")
