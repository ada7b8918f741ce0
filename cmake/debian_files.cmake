# What Debian asks of a package beside the installed files: license and changelog in its documentation, compressed pages,
# libraries without debugging symbols. Runs on the folder that CPack packs.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
get_filename_component(source ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
set(documents ${root}/share/doc/mote)

file(GLOB_RECURSE libraries ${root}/lib/*.a)
foreach(library ${libraries})
  execute_process(COMMAND strip --strip-debug --remove-section=.comment --remove-section=.note ${library} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

file(WRITE ${documents}/copyright
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: mote

Files: *
Copyright: 2026 the mote developers
License: Apache-2.0
 On Debian systems, the full text of the Apache License 2.0 is in the file
 /usr/share/common-licenses/Apache-2.0.
")
file(COPY ${source}/CHANGELOG.md DESTINATION ${documents})
file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${documents}/changelog.Debian
"mote (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Made by ./dev package; what is new stands in changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
file(GLOB pages ${root}/share/man/man1/*.1)
execute_process(COMMAND gzip -9 -n ${documents}/changelog ${documents}/changelog.Debian ${pages} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND chmod -R u=rwX,go=rX ${root} COMMAND_ERROR_IS_FATAL ANY)
