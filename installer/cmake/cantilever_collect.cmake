# cantilever_collect(TARGET FOLDER HEADER RETURN_TYPE NAMESPACE LIST_FUNCTION)
#
# One file per block type, exporter, rule or command: each FOLDER/<name>.cpp defines `RETURN_TYPE NAMESPACE::<name>()`.
# This lists them in name order in a generated source that defines
# `std::vector<RETURN_TYPE> NAMESPACE::LIST_FUNCTION()`; HEADER (as included) declares LIST_FUNCTION and RETURN_TYPE.
# No registration macros and no static initialisers: a static library drops those.
function(cantilever_collect target folder header return_type namespace list_function)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
  list(SORT files)
  set(declarations "")
  set(calls "")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    string(APPEND declarations "${return_type} ${name}();\n")
    string(APPEND calls "  all.push_back(${name}());\n")
  endforeach()
  string(REPLACE "/" "_" stem "${folder}")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/${stem}_list.cpp")
  file(CONFIGURE OUTPUT "${generated}" @ONLY CONTENT
"#include \"@header@\"

namespace @namespace@ {
@declarations@
std::vector<@return_type@> @list_function@() {
  std::vector<@return_type@> all;
@calls@  return all;
}
}  // namespace @namespace@
")
  target_sources(${target} PRIVATE ${files} "${generated}")
endfunction()
