# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DROOT=<repository> -P check_layers.cmake: fails when a file includes what its layer must not know.
cmake_minimum_required(VERSION 3.25)
if(NOT IS_DIRECTORY "${ROOT}/core")
  message(FATAL_ERROR "ROOT=${ROOT} is not the root of the sources: it has no folder core")
endif()

# forbid(glob pattern why): no file of the glob may have an include that begins with the pattern.
function(forbid glob pattern why)
  file(GLOB_RECURSE files RELATIVE "${ROOT}" ${ROOT}/${glob})
  foreach(file IN LISTS files)
    file(STRINGS "${ROOT}/${file}" hits REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]${pattern}")
    foreach(hit IN LISTS hits)
      message(SEND_ERROR "${file}: ${hit}\n  ${why}")
    endforeach()
  endforeach()
endfunction()

# Layers: app -> widgets -> core.
foreach(kind h cpp)
  forbid(core/*.${kind} "(Q[A-Z]|Qt[A-Z]|vtk|qcustomplot|widgets/|app/|tests/)"
    "core knows neither Qt nor VTK nor the layers above it")
  forbid(widgets/*.${kind} "(app/|tests/)" "widgets do not know the app")
  forbid(widgets/*.${kind} "(torch|ATen|c10|opencv2)/" "widgets see plain values of core, no tensor and no image library")
  forbid(app/*.${kind} "tests/" "programs do not know their tests")
  forbid(app/cli/*.${kind} "(Q[A-Z]|Qt[A-Z]|vtk|qcustomplot|widgets/|app/window/)"
    "the command line needs no Qt")
  forbid(app/window/*.${kind} "app/cli/" "the window does not know the command line")
  forbid(app/window/*.${kind} "opencv2/" "OpenCV stays inside core/io")
endforeach()

# Inside core a folder includes itself and those before it. elbo_compute must not need what only elbo_io has.
set(folders base nn store geometry data depth models evaluation latent training io)
set(later ${folders})
foreach(folder IN LISTS folders)
  list(POP_FRONT later)
  list(JOIN later "|" below)
  foreach(kind h cpp)
    if(below)
      forbid(core/${folder}/*.${kind} "core/(${below})/" "core/${folder} comes before that folder in design.md")
    endif()
    if(NOT folder STREQUAL "io")
      forbid(core/${folder}/*.${kind} "(opencv2/|zlib\\.h|hdf5|H5|matio|gif_lib|exiv2/|Eigen/|curl/|openssl/)"
        "only core/io reads the files of other worlds")
    endif()
  endforeach()
endforeach()
forbid(core/*.h "(opencv2/|zlib\\.h|hdf5|H5|matio|gif_lib|exiv2/|Eigen/|curl/|openssl/|spdlog/)"
  "headers of core show tensors, values and paths only")

# A folder that no list names would escape all of this.
file(GLOB inside RELATIVE "${ROOT}/core" "${ROOT}/core/*")
foreach(entry IN LISTS inside)
  if(IS_DIRECTORY "${ROOT}/core/${entry}" AND NOT entry IN_LIST folders)
    message(SEND_ERROR "core/${entry} is no folder of design.md: add it there and to check_layers.cmake, in its place")
  endif()
endforeach()
file(GLOB top RELATIVE "${ROOT}" "${ROOT}/*")
foreach(entry IN LISTS top)
  if(IS_DIRECTORY "${ROOT}/${entry}" AND
      NOT entry MATCHES "^(app|widgets|core|resources|translations|tests|packaging|build|\\..*)$")
    message(SEND_ERROR "${entry}/ is no top-level folder of the design")
  endif()
endforeach()
