# The project's CMake vocabulary.
#
#   add_lowp_library(NAME LAYER n SOURCES a.cpp … [DEPENDS tablegen targets] [LINK_LIBS libraries])
#     A static, position-independent library of layer n (docs/Architecture.md). Refuses a link to a
#     library of the same or a higher layer. Layer 0 sees no LLVM header, layer 1 no MLIR header.
#   add_lowp_tool(NAME SOURCES … LINK_LIBS …)      an installed command
#   add_lowp_unittest(NAME SOURCES … LINK_LIBS …)  a gtest binary that ./check runs

include(GNUInstallDirs)

# Layer 1 may include llvm/ but not mlir/; both live in one folder of the package.
set(LOWP_LLVM_ONLY_INCLUDE ${PROJECT_BINARY_DIR}/llvm-only-include)
file(MAKE_DIRECTORY ${LOWP_LLVM_ONLY_INCLUDE})
foreach(dir llvm llvm-c)
  file(CREATE_LINK ${LLVM_INCLUDE_DIR}/${dir} ${LOWP_LLVM_ONLY_INCLUDE}/${dir} SYMBOLIC)
endforeach()

function(add_lowp_library name)
  cmake_parse_arguments(ARG "" "LAYER" "SOURCES;DEPENDS;LINK_LIBS" ${ARGN})
  if(NOT DEFINED ARG_LAYER)
    message(FATAL_ERROR "${name}: LAYER is missing")
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES
    LOWP_LAYER ${ARG_LAYER} POSITION_INDEPENDENT_CODE ON EXPORT_NAME ${name})
  foreach(lib IN LISTS ARG_LINK_LIBS)
    get_target_property(layer ${lib} LOWP_LAYER)
    if(layer MATCHES "^[0-9]+$" AND NOT layer LESS ARG_LAYER)
      message(FATAL_ERROR "${name} (layer ${ARG_LAYER}) must not link ${lib} (layer ${layer}): "
        "a library links lower layers only")
    endif()
  endforeach()
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  if(ARG_LAYER EQUAL 1)
    target_include_directories(${name} SYSTEM PRIVATE ${LOWP_LLVM_ONLY_INCLUDE})
  elseif(ARG_LAYER GREATER 1)
    target_include_directories(${name} SYSTEM PUBLIC ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
    target_link_libraries(${name} PUBLIC MLIR LLVM)
  endif()
  if(ARG_LINK_LIBS)
    target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  install(TARGETS ${name} EXPORT LowpTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

function(add_lowp_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set_property(GLOBAL APPEND PROPERTY LOWP_TOOLS ${name})
endfunction()

function(add_lowp_unittest name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/Unit)
  set_property(GLOBAL APPEND PROPERTY LOWP_UNITTESTS ${name})
endfunction()
