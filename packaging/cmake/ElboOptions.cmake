# SPDX-License-Identifier: GPL-3.0-or-later
# The flags of our own code, as one interface library, and the faster linker and compiler cache where there are any.

add_library(elbo_options INTERFACE)
target_compile_options(elbo_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wconversion
  -Werror=switch -Werror=return-type $<$<BOOL:${ELBO_WERROR}>:-Werror>)
target_compile_definitions(elbo_options INTERFACE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII)
if(ELBO_SANITIZE)
  target_compile_options(elbo_options INTERFACE -fsanitize=${ELBO_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(elbo_options INTERFACE -fsanitize=${ELBO_SANITIZE})
endif()

find_program(ELBO_MOLD mold)
if(ELBO_MOLD AND NOT ELBO_SANITIZE)
  include(CheckLinkerFlag)
  check_linker_flag(CXX -fuse-ld=mold ELBO_MOLD_WORKS)
  if(ELBO_MOLD_WORKS)
    target_link_options(elbo_options INTERFACE -fuse-ld=mold)
  endif()
endif()

find_program(ELBO_CCACHE ccache)
if(ELBO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache looks through a precompiled header only with these; GCC must then name the header in its output.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${ELBO_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${ELBO_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(elbo_options INTERFACE -fpch-preprocess)
  endif()
endif()
