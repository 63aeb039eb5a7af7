# cantilever_embed(TARGET SYMBOL ROOT FILE...)
#
# Compiles files into TARGET, so that the program needs no data folder beside it. Defines, in C++:
#   std::span<const File> cantilever::embedded::SYMBOL();
# with File{name, text}; names are relative to ROOT. Declared in core/base/embedded.h.
function(cantilever_embed target symbol root)
  set(assembler "    .section .rodata\n")
  set(externs "")
  set(rows "")
  set(number 0)
  foreach(file IN LISTS ARGN)
    file(RELATIVE_PATH name "${root}" "${file}")
    set(label "cantilever_embedded_${symbol}_${number}")
    string(APPEND assembler
      "    .balign 16\n    .globl ${label}_begin\n${label}_begin:\n    .incbin \"${file}\"\n    .globl ${label}_end\n${label}_end:\n    .byte 0\n")
    string(APPEND externs "extern const char ${label}_begin[];\nextern const char ${label}_end[];\n")
    string(APPEND rows "    {\"${name}\", {${label}_begin, static_cast<std::size_t>(${label}_end - ${label}_begin)}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND assembler "    .section .note.GNU-stack,\"\",@progbits\n")
  set(base "${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}")
  file(GENERATE OUTPUT "${base}.S" CONTENT "${assembler}")
  file(GENERATE OUTPUT "${base}.cpp" CONTENT
"#include \"core/base/embedded.h\"

#include <vector>

extern \"C\" {
${externs}}

namespace cantilever::embedded {
std::span<const File> ${symbol}() {
  static const std::vector<File> files = {
${rows}  };
  return files;
}
}  // namespace cantilever::embedded
")
  target_sources(${target} PRIVATE "${base}.S" "${base}.cpp")
  set_source_files_properties("${base}.S" TARGET_DIRECTORY ${target} PROPERTIES OBJECT_DEPENDS "${ARGN}" SKIP_UNITY_BUILD_INCLUSION ON)
  set_source_files_properties("${base}.cpp" TARGET_DIRECTORY ${target} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
