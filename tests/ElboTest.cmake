# SPDX-License-Identifier: GPL-3.0-or-later
# elbo_add_test(core/base/version LIBS elbo::compute [LABELS ...] [TIMEOUT seconds] [SOURCES more.cpp ...]
#               [PROGRAMS elbo-cli ...] [GUI])
# builds tests/core/base/tst_version.cpp with Qt Test and names it core/base/version. Labels: the layer, and
# `gui` with GUI, which runs the test on a screen of its own (Xvfb; Qt's offscreen platform where there is none).
# PROGRAMS are ours that the test starts from the folder ELBO_PROGRAMS; they are built before it.
# Every test has a home folder of its own in the build tree, so that none touches the user's settings or cache.
# Tests use the precompiled header of what they link: that of elbo::compute, of elbo::widgets or of the window.

add_library(elbo_test_support STATIC
  ${CMAKE_CURRENT_LIST_DIR}/support/shared_folder.h ${CMAKE_CURRENT_LIST_DIR}/support/shared_folder.cpp)
target_link_libraries(elbo_test_support PUBLIC elbo::headers Qt6::Test PRIVATE elbo_options)
target_compile_definitions(elbo_test_support PRIVATE ELBO_SHARED_FOLDER="${PROJECT_SOURCE_DIR}/../shared")

find_program(ELBO_XVFB_RUN xvfb-run)

# elbo_moc(target source.cpp): makes source.moc, which the source includes at its end. moc sees this one file and none of
# its headers: AUTOMOC lets it read all of LibTorch for each test, which is a quarter of a cold build.
add_custom_target(test_mocs)  # all of them, so that clang-tidy can read the sources
function(elbo_moc target source)
  get_filename_component(base ${source} NAME_WE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_moc)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${folder}/${base}.moc
    COMMAND Qt6::moc -o ${folder}/${base}.moc ${source}
    DEPENDS ${source} VERBATIM)
  add_custom_target(${target}_moc DEPENDS ${folder}/${base}.moc)
  add_dependencies(test_mocs ${target}_moc)
  target_sources(${target} PRIVATE ${folder}/${base}.moc)
  target_include_directories(${target} PRIVATE ${folder})
  set_property(SOURCE ${folder}/${base}.moc PROPERTY HEADER_FILE_ONLY ON)
endfunction()

function(elbo_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "GUI" "TIMEOUT" "LIBS;LABELS;SOURCES;PROGRAMS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "elbo_add_test(${name}): what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  get_filename_component(dir ${name} DIRECTORY)
  get_filename_component(base ${name} NAME)
  string(REGEX MATCH "^[^/]+" layer ${name})
  string(REPLACE "/" "_" target "tst_${name}")
  add_executable(${target} ${PROJECT_SOURCE_DIR}/tests/${dir}/tst_${base}.cpp ${arg_SOURCES})
  elbo_moc(${target} ${PROJECT_SOURCE_DIR}/tests/${dir}/tst_${base}.cpp)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_link_libraries(${target} PRIVATE elbo_test_support ${arg_LIBS} Qt6::Test elbo_options)
  if("elbo::compute" IN_LIST arg_LIBS OR "elbo::io" IN_LIST arg_LIBS)
    target_precompile_headers(${target} REUSE_FROM elbo_compute)
  elseif("elbo::app_parts" IN_LIST arg_LIBS OR "elbo::window_fixture" IN_LIST arg_LIBS)
    target_precompile_headers(${target} REUSE_FROM elbo_app_parts)
  elseif("elbo::widgets" IN_LIST arg_LIBS)
    target_precompile_headers(${target} REUSE_FROM elbo_widgets)
  endif()
  if(arg_PROGRAMS)
    add_dependencies(${target} ${arg_PROGRAMS})
  endif()
  target_compile_definitions(${target} PRIVATE ELBO_PROGRAMS="${PROJECT_BINARY_DIR}/bin")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set(home ${PROJECT_BINARY_DIR}/tests/home/${target})
  file(MAKE_DIRECTORY ${home})
  set(environment HOME=${home} XDG_CONFIG_HOME=${home}/config XDG_CACHE_HOME=${home}/cache
    XDG_DATA_HOME=${home}/data LC_ALL=C.UTF-8 OMP_NUM_THREADS=1 QT_SCALE_FACTOR=1
    MESA_SHADER_CACHE_DISABLE=true)  # Mesa would look for the folder of a window that has gone
  if(ELBO_SANITIZE)
    # An allocation that no machine has fails as it does without the sanitizer: tests ask for that. Qt's fonts and
    # LibTorch's threads live until the process ends, which is no leak of ours to find here.
    list(APPEND environment ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0)
  endif()
  set(labels ${layer} ${arg_LABELS})
  if(arg_GUI)
    list(APPEND labels gui)
  endif()
  if(arg_GUI AND ELBO_XVFB_RUN)
    add_test(NAME ${name}
      COMMAND ${ELBO_XVFB_RUN} -a -s "-screen 0 1920x1200x24 -nolisten tcp" $<TARGET_FILE:${target}>)
    list(APPEND environment QT_QPA_PLATFORM=xcb)
    # xvfb-run -a may pick one number twice when two start at once, and windows would fight for the focus.
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK screen)
  else()
    add_test(NAME ${name} COMMAND ${target})
    list(APPEND environment QT_QPA_PLATFORM=offscreen)
  endif()
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${arg_TIMEOUT} LABELS "${labels}" ENVIRONMENT "${environment}")
endfunction()
