# cmake --install: program, library, headers, CMake package (find_package(mote), mote::mote), pkg-config file, man
# pages and completions; and the settings of the Debian package that `./dev package` makes of them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The pages and completions of all commands, written by the program from its own definitions.
set(help_folder ${PROJECT_BINARY_DIR}/help)
add_custom_command(OUTPUT ${help_folder}/man1/mote.1
  COMMAND mote_cli help --output ${help_folder}
  DEPENDS mote_cli VERBATIM)
add_custom_target(help_files ALL DEPENDS ${help_folder}/man1/mote.1)

install(TARGETS mote_cli RUNTIME)
install(TARGETS mote mote_runtime EXPORT mote-targets ARCHIVE INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/mote DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${help_folder}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES ${help_folder}/completions/mote.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME mote)
install(FILES ${help_folder}/completions/_mote DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${help_folder}/completions/mote.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# Where it was built with ALSA, ALSA is needed.
set(alsa_requirement "")
set(alsa_dependency "")
set(alsa_package "")
if(ALSA_FOUND)
  set(alsa_requirement " alsa")
  set(alsa_dependency "pkg_check_modules(ALSA REQUIRED QUIET IMPORTED_TARGET alsa)\n")
  set(alsa_package ", libasound2-dev")
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
install(EXPORT mote-targets NAMESPACE mote:: DESTINATION ${package_folder})
configure_package_config_file(cmake/mote-config.cmake.in ${PROJECT_BINARY_DIR}/mote-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mote-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mote-config.cmake ${PROJECT_BINARY_DIR}/mote-config-version.cmake DESTINATION ${package_folder})

# There is a static library only, so what it needs is needed by everyone who links it.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)  # the prefix is found by the file's own place
string(REGEX REPLACE "/$" "" up "${up}")
configure_file(cmake/mote.pc.in ${PROJECT_BINARY_DIR}/mote.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/mote.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mote)
set(CPACK_PACKAGE_CONTACT "mote developers <mote@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "from sensor recordings to an int8 network on a microcontroller")
set(CPACK_PACKAGE_DESCRIPTION
"Reads recordings of sensors, cuts windows, trains a small neural network,
quantizes it and writes standalone C or TensorFlow Lite files whose results on
the device are those on the desk, byte for byte.
.
This package has the command, the C++ library and its headers.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_files.cmake)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# To link the library: the development files of what it stands on.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "libfmt-dev, nlohmann-json3-dev, libzip-dev, libsqlite3-dev, libsndfile1-dev, libogg-dev, libsoxr-dev, libsoundtouch-dev, libcbor-dev, libexif-dev, libserialport-dev${alsa_package}, libcairo2-dev, libpng-dev, libjpeg-dev, zlib1g-dev, libssl-dev, pkg-config")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gcc, gcc-arm-none-eabi, qemu-system-arm")
include(CPack)
