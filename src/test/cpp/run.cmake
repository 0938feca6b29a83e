# Run by Maven: the format check, then the native tests under the sanitizers.
#   cmake -DBUILD=<folder> -P run.cmake
# Says in one line each what was done or could not be; shows the log of what fails.
set(ROOT ${CMAKE_CURRENT_LIST_DIR}/../../..)

function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE log ERROR_VARIABLE log)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${log}\n${what} failed: see above.")
  endif()
endfunction()

find_program(CLANG_FORMAT clang-format)
if(CLANG_FORMAT)
  file(GLOB_RECURSE files ${ROOT}/src/main/cpp/*.h ${ROOT}/src/main/cpp/*.cpp
       ${ROOT}/src/test/cpp/*.h ${ROOT}/src/test/cpp/*.cpp ${ROOT}/src/test/cpp/*.cu
       ${ROOT}/cuda/*.cuh ${ROOT}/cuda/*.cu
     ${ROOT}/cuda/*.h)
  run("The C++ format check (fix it with clang-format -i)" ${CLANG_FORMAT} --dry-run -Werror
      --style=file ${files})
  message(STATUS "C++ format: checked")
else()
  message(STATUS "C++ format: not checked, there is no clang-format on this machine")
endif()

# Three builds of the same tests. One of them compiles the CUDA files, too.
function(test_under name sanitizers)
  set(options -DHALE_SANITIZE=${sanitizers} -DCMAKE_BUILD_TYPE=Release ${ARGN})
  if(APPLE)
    list(APPEND options -DHALE_OPENMP=OFF)
  endif()
  set(folder ${BUILD}/${name})
  run("Configuring the native tests (${name})"
      ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${folder} ${options})
  run("Building the native tests (${name})" ${CMAKE_COMMAND} --build ${folder} --parallel 2)
  run("The native tests (${name})" ${CMAKE_CTEST_COMMAND} --test-dir ${folder} --output-on-failure
      --no-tests=error)
  message(STATUS "Native tests: passed (${name})")
endfunction()

test_under(plain "" -DHALE_COMPILE_CUDA=ON)
test_under(address+undefined "address,undefined")
# The thread sanitizer does not know OpenMP: see parallel() in lanes.h.
test_under(thread "thread" -DHALE_OPENMP=OFF)

find_program(NVCC nvcc)
if(NVCC)
  message(STATUS "CUDA kernels: compiled for sm_80, sm_90 and sm_100")
else()
  message(STATUS "CUDA kernels: not compiled, there is no nvcc on this machine")
endif()
