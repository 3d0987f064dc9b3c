# SPDX-License-Identifier: GPL-3.0-or-later
# libmatio, which reads .mat files of MATLAB 5 to 7: Matio::matio. (Debian's package has no CMake files.)
find_path(Matio_INCLUDE_DIR matio.h)
find_library(Matio_LIBRARY matio)
mark_as_advanced(Matio_INCLUDE_DIR Matio_LIBRARY)

if(Matio_INCLUDE_DIR AND EXISTS ${Matio_INCLUDE_DIR}/matio_pubconf.h)
  file(STRINGS ${Matio_INCLUDE_DIR}/matio_pubconf.h lines REGEX "^#define MATIO_(MAJOR_VERSION|MINOR_VERSION|RELEASE_LEVEL) ")
  string(REGEX REPLACE "[^;0-9]*([0-9]+)" "\\1" Matio_VERSION "${lines}")
  string(REPLACE ";" "." Matio_VERSION "${Matio_VERSION}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Matio REQUIRED_VARS Matio_LIBRARY Matio_INCLUDE_DIR VERSION_VAR Matio_VERSION)

if(Matio_FOUND AND NOT TARGET Matio::matio)
  add_library(Matio::matio UNKNOWN IMPORTED)
  set_target_properties(Matio::matio PROPERTIES
    IMPORTED_LOCATION ${Matio_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Matio_INCLUDE_DIR})
endif()
