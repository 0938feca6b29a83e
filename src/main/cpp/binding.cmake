# Run by Maven: makes Java sources of what JavaCPP has just parsed from the headers.
#   cmake -DPARSED=<folder that JavaCPP wrote> -DSOURCES=<folder for the sources> -P binding.cmake
# A source that is as before is left alone, or all of hale would be compiled anew every time.

set(package dev/hale/engine/kernels)
file(MAKE_DIRECTORY ${SOURCES}/${package})
foreach(class NativeKernels NativeCuda)
  set(file ${package}/${class}.java)
  file(READ ${PARSED}/${file} text)
  # Nobody writes this code, so nobody can mend what a compiler dislikes about it.
  string(REPLACE "public class ${class}"
         "@SuppressWarnings({\"cast\", \"rawtypes\", \"unchecked\"})\npublic class ${class}" text
         "${text}")
  file(WRITE ${PARSED}/${file} "${text}")
  file(COPY_FILE ${PARSED}/${file} ${SOURCES}/${file} ONLY_IF_DIFFERENT)
endforeach()
