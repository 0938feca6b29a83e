# Run by Maven before the Java tests: builds the stand-in for CUDA's libraries.
#   cmake -DBUILD=<folder> -P standin.cmake
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE log ERROR_VARIABLE log)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${log}\nThe stand-in for CUDA's libraries was not built: see above.")
  endif()
endfunction()

run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${BUILD} -DHALE_STAND_IN=ON
    -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${BUILD} --parallel 2)
