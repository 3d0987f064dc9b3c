# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DMODULES=<packaging/cmake> -DWORK=<scratch> -DCXX=<compiler> -P find_torch_test.cmake: FindElboTorch against small
# made LibTorch folders: which it takes, which it refuses and why, and that a program keeps the CUDA libraries although
# nothing names them.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})

function(library file)
  cmake_path(GET file FILENAME name)
  file(WRITE ${WORK}/empty.cpp "")
  execute_process(COMMAND ${CXX} -shared -fPIC -Wl,-soname,${name} -o ${file} ${WORK}/empty.cpp COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# make_torch(folder version_header minor libraries...)
function(make_torch folder header minor)
  foreach(file include/ATen/ATen.h include/torch/csrc/api/include/torch/nn/module.h)
    file(WRITE ${folder}/${file} "")
  endforeach()
  file(WRITE ${folder}/${header}
    "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR ${minor}\n#define TORCH_VERSION_PATCH 0\n")
  file(MAKE_DIRECTORY ${folder}/lib)
  foreach(name IN LISTS ARGN)
    library(${folder}/lib/lib${name}.so)
  endforeach()
endfunction()

file(WRITE ${WORK}/project/main.cpp "int main() { return 0; }\n")
file(WRITE ${WORK}/project/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(Finds LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH ${MODULES})
find_package(Threads REQUIRED)
find_package(ElboTorch 2.11...<2.15 REQUIRED)
if(TARGET ElboTorch::cuda_headers)
  message(STATUS \"CUDA headers: yes\")
endif()
add_link_options(LINKER:--as-needed)  # as Ubuntu's compiler does by itself
add_executable(program main.cpp)
target_link_libraries(program PRIVATE ElboTorch::torch)
")

# finds(torch status output): configures the project above with that LibTorch
function(finds torch status output)
  file(REMOVE_RECURSE ${WORK}/build)
  execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${WORK}/project -B ${WORK}/build -DELBO_TORCH=${torch}
    -DCMAKE_CXX_COMPILER=${CXX} RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE errors)
  string(REGEX REPLACE "[ \n]+" " " text "${text}${errors}")
  set(${status} ${result} PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

function(accepts torch wanted)
  finds(${torch} status output)
  string(FIND "${output}" "${wanted}" at)
  if(NOT status EQUAL 0 OR at EQUAL -1)
    message(SEND_ERROR "${torch} should be taken and give \"${wanted}\":\n${output}")
  endif()
endfunction()

function(refuses torch reason)
  finds(${torch} status output)
  string(FIND "${output}" "${reason}" at)
  if(status EQUAL 0 OR at EQUAL -1)
    message(SEND_ERROR "${torch} should be refused with \"${reason}\":\n${output}")
  endif()
endfunction()

set(new_header include/torch/headeronly/version.h)
set(old_header include/torch/csrc/api/include/torch/version.h)
set(cpu torch torch_cpu c10)

make_torch(${WORK}/cpu/torch ${new_header} 13 ${cpu})
accepts(${WORK}/cpu/torch "LibTorch 2.13.0 (from ELBO_TORCH): ${WORK}/cpu/torch, CUDA build: OFF")
make_torch(${WORK}/oldest/torch ${old_header} 11 ${cpu})
accepts(${WORK}/oldest/torch "LibTorch 2.11.0")
make_torch(${WORK}/newest/torch ${old_header} 14 ${cpu})
accepts(${WORK}/newest/torch "LibTorch 2.14.0")
make_torch(${WORK}/too_old/torch ${old_header} 10 ${cpu})
refuses(${WORK}/too_old/torch "2.10.0")
make_torch(${WORK}/too_new/torch ${old_header} 15 ${cpu})
refuses(${WORK}/too_new/torch "2.15.0")
make_torch(${WORK}/damaged/torch ${new_header} 13 torch c10)
refuses(${WORK}/damaged/torch "lacks lib/libtorch_cpu.so")
refuses(${WORK}/nowhere "is no LibTorch")

# A CUDA build: no toolkit, then the headers of the wheels beside it; both libraries stay in the program.
make_torch(${WORK}/cuda/torch ${new_header} 13 ${cpu} torch_cuda c10_cuda)
accepts(${WORK}/cuda/torch "CUDA build: ON")
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${WORK}/build/program RESOLVED_DEPENDENCIES_VAR needed
  UNRESOLVED_DEPENDENCIES_VAR missing)
foreach(name torch_cuda c10_cuda)
  if(NOT "${WORK}/cuda/torch/lib/lib${name}.so" IN_LIST needed)
    message(SEND_ERROR "the linker dropped lib${name}.so: the program needs ${needed}; not found: ${missing}")
  endif()
endforeach()
# The standard library is looked into before LibTorch, whose wheels export parts of another one.
find_program(READELF readelf REQUIRED)
execute_process(COMMAND ${READELF} -d ${WORK}/build/program COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE dynamic)
string(FIND "${dynamic}" "[libstdc++.so" standard)
string(FIND "${dynamic}" "[libtorch" torch)
if(standard LESS 0 OR torch LESS 0 OR standard GREATER torch)
  message(SEND_ERROR "libtorch comes before libstdc++ in the program: ${dynamic}")
endif()
file(WRITE ${WORK}/cuda/nvidia/cu13/include/cuda_runtime_api.h "")
file(WRITE ${WORK}/cuda/nvidia/cu13/include/crt/host_config.h "")
accepts(${WORK}/cuda/torch "CUDA headers: yes")

file(REMOVE_RECURSE ${WORK})
