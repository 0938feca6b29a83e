# Run by Maven: builds the JNI library from the code that JavaCPP has just generated.
#   cmake -DBUILD=<folder> -DOUTPUT=<folder for the library> -DJAVA_HOME=<JDK> -P build.cmake
# Silent unless something fails, and quick when nothing has changed.

# JavaCPP writes its files anew every time: only a changed one may reach the compiler.
file(MAKE_DIRECTORY ${BUILD}/jni)
foreach(file jnijavacpp.cpp jniNativeKernels.cpp jniNativeCuda.cpp)
  file(COPY_FILE ${BUILD}/generated/${file} ${BUILD}/jni/${file} ONLY_IF_DIFFERENT)
endforeach()

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE log ERROR_VARIABLE log)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${log}\nThe native library was not built: see above. "
                        "(It needs CMake 3.25 and a C++17 compiler.)")
  endif()
endfunction()

set(ENV{JAVA_HOME} ${JAVA_HOME})
set(options "")
if(APPLE)
  # Apple's compiler comes without OpenMP: there the kernels run on one thread.
  list(APPEND options -DHALE_OPENMP=OFF)
endif()
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${BUILD}/cmake -DHALE_JNI=${BUILD}/jni
    -DHALE_JNI_OUTPUT=${OUTPUT} ${options})
run(${CMAKE_COMMAND} --build ${BUILD}/cmake --parallel 2)
