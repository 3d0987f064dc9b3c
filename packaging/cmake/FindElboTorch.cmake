# SPDX-License-Identifier: GPL-3.0-or-later
# LibTorch as imported targets of our own. PyTorch's TorchConfig.cmake asks for a CUDA toolkit when LibTorch was built
# for CUDA; running needs none, so this file names the libraries itself.
#
#   ELBO_TORCH          (variable or environment) the `torch` folder of a Python wheel, or an unpacked LibTorch zip;
#                       else the folder of the `torch` that python3 would import.
#   ElboTorch::torch          headers and libraries; of a CUDA build also libtorch_cuda and libc10_cuda
#   ElboTorch::cuda_headers   only where CUDA's headers were found (a toolkit, or the nvidia wheels beside torch)
#   ElboTorch_VERSION, ElboTorch_CUDA (is it a CUDA build), ElboTorch_LIBRARY_DIR

set(ELBO_TORCH "" CACHE PATH "The torch folder of a Python wheel, or an unpacked LibTorch zip")
if(NOT ELBO_TORCH AND NOT "$ENV{ELBO_TORCH}" STREQUAL "")
  # Kept, since a later run of CMake by the build tool may not have the variable of the environment any more.
  set(ELBO_TORCH "$ENV{ELBO_TORCH}" CACHE PATH "The torch folder of a Python wheel, or an unpacked LibTorch zip" FORCE)
endif()
set(_root "${ELBO_TORCH}")
set(_whence "ELBO_TORCH")
if(NOT _root)
  set(_whence "python3's torch")
  find_program(ELBO_PYTHON NAMES python3 python)
  if(ELBO_PYTHON)
    # find_spec names the folder without spending seconds on the import.
    execute_process(
      COMMAND ${ELBO_PYTHON} -c
        "import importlib.util as u, os; s = u.find_spec('torch'); print(os.path.dirname(s.origin) if s and s.origin else '', end='')"
      OUTPUT_VARIABLE _root ERROR_QUIET)
  endif()
endif()

set(ElboTorch_VERSION "")
set(_missing "")
if(_root)
  # 2.13 keeps the numbers in torch/headeronly/version.h, older ones in torch/version.h of the C++ API.
  foreach(_header include/torch/headeronly/version.h include/torch/csrc/api/include/torch/version.h)
    if(ElboTorch_VERSION STREQUAL "" AND EXISTS "${_root}/${_header}")
      file(STRINGS "${_root}/${_header}" _lines REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
      if(_lines MATCHES "MAJOR +([0-9]+).*MINOR +([0-9]+).*PATCH +([0-9]+)")
        set(ElboTorch_VERSION "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}")
      endif()
    endif()
  endforeach()
  if(ElboTorch_VERSION STREQUAL "" AND EXISTS "${_root}/build-version")
    file(STRINGS "${_root}/build-version" ElboTorch_VERSION LIMIT_COUNT 1)
    string(REGEX MATCH "^[0-9]+\\.[0-9]+\\.[0-9]+" ElboTorch_VERSION "${ElboTorch_VERSION}")
  endif()
  foreach(_file include/ATen/ATen.h include/torch/csrc/api/include/torch/nn/module.h lib/libtorch.so lib/libtorch_cpu.so
      lib/libc10.so)
    if(NOT EXISTS "${_root}/${_file}")
      list(APPEND _missing ${_file})
    endif()
  endforeach()
endif()

set(_reason "")
if(NOT _root)
  set(_reason "No LibTorch was found: set ELBO_TORCH to a wheel's torch folder or to an unpacked LibTorch zip.")
elseif(_missing)
  list(JOIN _missing ", " _missing)
  set(_reason "${_root} (from ${_whence}) is no LibTorch: it lacks ${_missing}. Set ELBO_TORCH to another.")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ElboTorch
  REQUIRED_VARS _root ElboTorch_VERSION
  VERSION_VAR ElboTorch_VERSION
  HANDLE_VERSION_RANGE
  REASON_FAILURE_MESSAGE "${_reason}")
if(_missing)
  set(ElboTorch_FOUND FALSE)
  if(ElboTorch_FIND_REQUIRED)
    message(FATAL_ERROR "${_reason}")
  endif()
endif()

if(ElboTorch_FOUND AND NOT TARGET ElboTorch::torch)
  set(ElboTorch_LIBRARY_DIR "${_root}/lib")
  add_library(ElboTorch::c10 SHARED IMPORTED)
  set_target_properties(ElboTorch::c10 PROPERTIES IMPORTED_LOCATION "${_root}/lib/libc10.so")
  add_library(ElboTorch::torch_cpu SHARED IMPORTED)
  set_target_properties(ElboTorch::torch_cpu PROPERTIES
    IMPORTED_LOCATION "${_root}/lib/libtorch_cpu.so"
    INTERFACE_LINK_LIBRARIES ElboTorch::c10)
  add_library(ElboTorch::torch SHARED IMPORTED)
  # Imported, so these are SYSTEM includes. Every LibTorch accepted here was built with the C++11 ABI of libstdc++.
  set_target_properties(ElboTorch::torch PROPERTIES
    IMPORTED_LOCATION "${_root}/lib/libtorch.so"
    INTERFACE_INCLUDE_DIRECTORIES "${_root}/include;${_root}/include/torch/csrc/api/include"
    INTERFACE_COMPILE_DEFINITIONS "_GLIBCXX_USE_CXX11_ABI=1"
    INTERFACE_LINK_LIBRARIES "ElboTorch::torch_cpu;ElboTorch::c10;Threads::Threads"
    # Before LibTorch: its wheels export parts of the standard library of their own compiler, and a program that found
    # std::filesystem there would crash in it.
    INTERFACE_LINK_OPTIONS "LINKER:--push-state,--no-as-needed,-lstdc++,--pop-state")

  set(ElboTorch_CUDA OFF)
  if(EXISTS "${_root}/lib/libtorch_cuda.so")
    set(ElboTorch_CUDA ON)
    # Nothing of ours names a symbol of these two; they register the CUDA kernels when they are loaded, so the linker
    # must keep them. What they need themselves (cudart, cuDNN ...) they find through their own RUNPATH.
    set_property(TARGET ElboTorch::torch APPEND PROPERTY INTERFACE_LINK_OPTIONS
      "LINKER:--push-state,--no-as-needed,${_root}/lib/libtorch_cuda.so,${_root}/lib/libc10_cuda.so,--pop-state"
      "LINKER:--allow-shlib-undefined")
    # A toolkit has all headers in one folder; the wheels of CUDA 12 have a folder a library, those of CUDA 13 one for all.
    # The compiler's part of them (crt/) is a wheel of its own in CUDA 13, which torch does not bring.
    file(GLOB _wheels LIST_DIRECTORIES true "${_root}/../nvidia/*/include")
    set(_cuda_places HINTS ${_wheels} "$ENV{CUDA_HOME}/include" PATHS /usr/local/cuda/include)
    find_path(ElboTorch_CUDA_INCLUDE_DIR cuda_runtime_api.h ${_cuda_places})
    find_path(ElboTorch_CUDA_CRT_DIR crt/host_config.h ${_cuda_places})
    mark_as_advanced(ElboTorch_CUDA_INCLUDE_DIR ElboTorch_CUDA_CRT_DIR)
    if(ElboTorch_CUDA_INCLUDE_DIR AND ElboTorch_CUDA_CRT_DIR)
      add_library(ElboTorch::cuda_headers INTERFACE IMPORTED)
      target_include_directories(ElboTorch::cuda_headers SYSTEM INTERFACE ${ElboTorch_CUDA_INCLUDE_DIR}
        ${ElboTorch_CUDA_CRT_DIR} ${_wheels})
      target_compile_definitions(ElboTorch::cuda_headers INTERFACE ELBO_HAVE_CUDA_HEADERS=1)
    else()
      message(STATUS "CUDA's headers were not found: training steps are not recorded as CUDA graphs")
    endif()
  endif()
  message(STATUS "LibTorch ${ElboTorch_VERSION} (from ${_whence}): ${_root}, CUDA build: ${ElboTorch_CUDA}")
endif()
