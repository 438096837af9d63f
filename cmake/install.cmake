# `make install`: the program, the library, its header and a pkg-config file.
include(GNUInstallDirs)
if(TARGET handoff)
  install(TARGETS handoff RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(TARGETS handoff_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${CMAKE_SOURCE_DIR}/include/handoff/handoff.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/handoff)
configure_file(${CMAKE_SOURCE_DIR}/cmake/handoff.pc.in ${CMAKE_BINARY_DIR}/handoff.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/handoff.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
