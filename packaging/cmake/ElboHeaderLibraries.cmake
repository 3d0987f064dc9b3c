# SPDX-License-Identifier: GPL-3.0-or-later
# nlohmann-json, spdlog and CLI11 consist of headers. They come from the system's packages, or, on a machine without
# them, from ELBO_HEADER_LIBRARIES: a folder that holds nlohmann/json.hpp, spdlog/spdlog.h and CLI/CLI.hpp (and fmt/ where
# that spdlog has none inside).

# elbo_header_library(package oldest_version target header)
function(elbo_header_library package version target header)
  if(NOT ELBO_HEADER_LIBRARIES)
    find_package(${package} ${version} REQUIRED)
    return()
  endif()
  find_path(ELBO_${package}_INCLUDE_DIR ${header} PATHS ${ELBO_HEADER_LIBRARIES} ${ELBO_HEADER_LIBRARIES}/include
    NO_DEFAULT_PATH)
  if(NOT ELBO_${package}_INCLUDE_DIR)
    message(FATAL_ERROR "${ELBO_HEADER_LIBRARIES} holds no ${header}: put the headers of ${package} ${version} or newer "
      "there, or leave ELBO_HEADER_LIBRARIES empty to use the system's.")
  endif()
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  set_property(TARGET ${target} PROPERTY INTERFACE_INCLUDE_DIRECTORIES "${ELBO_${package}_INCLUDE_DIR}")
endfunction()

elbo_header_library(nlohmann_json 3.10 nlohmann_json::nlohmann_json nlohmann/json.hpp)
elbo_header_library(spdlog 1.9 spdlog::spdlog_header_only spdlog/spdlog.h)
if(ELBO_HEADER_LIBRARIES AND NOT EXISTS "${ELBO_spdlog_INCLUDE_DIR}/spdlog/fmt/bundled")
  # Distributions take fmt out of spdlog; its headers are then needed beside it.
  set_property(TARGET spdlog::spdlog_header_only PROPERTY INTERFACE_COMPILE_DEFINITIONS SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
endif()
elbo_header_library(CLI11 2.1 CLI11::CLI11 CLI/CLI.hpp)
