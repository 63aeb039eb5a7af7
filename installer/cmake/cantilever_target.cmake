# cantilever_target(NAME): the settings that every target of the house shares; cantilever_test_target(NAME): of those that only test.
# Floating point: no contraction and no fast-math, so that results are the same bits in Debug and Release.

find_program(CANTILEVER_MOLD mold)
find_program(CANTILEVER_LLD ld.lld)

function(cantilever_target target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>  # g++ 12 takes an enumerator for a shadow of a type alias
    $<$<CXX_COMPILER_ID:Clang>:-Wshadow>
    -ffp-contract=off
    # It warns of types of a source that a unity file includes, as if that were a header.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
    # g++ 12 takes "a" + std::string for overlapping copies: https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105329
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
    # Position-independent code would otherwise keep g++ from inlining any function that is not marked inline.
    $<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>)
  if(CANTILEVER_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(CANTILEVER_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${CANTILEVER_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${CANTILEVER_SANITIZE})
  endif()
  if(CANTILEVER_MOLD AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1)
    target_link_options(${target} PRIVATE -fuse-ld=mold)
  elseif(CANTILEVER_LLD)
    target_link_options(${target} PRIVATE -fuse-ld=lld)
  endif()
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
endfunction()

# What is tested is optimised as its preset has it; the tests of an optimised build are rather built soon. (Under the sanitizers not:
# there tests without optimisation run longer than they take to build.) Tests' own pointers need no checks that the address sanitizer
# makes as well: these are a third of what it takes to build them.
function(cantilever_test_target target)
  cantilever_target(${target})
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(CANTILEVER_SANITIZE MATCHES undefined)
    target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment,object-size,vptr)
  endif()
endfunction()
