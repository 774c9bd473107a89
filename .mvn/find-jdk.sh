# Finds a JDK on this machine by the file `release` in its home, without starting one. To be sourced by any POSIX sh on Linux
# or macOS.

jdk_needed=25

# The feature version of the JDK in a folder, read from its release file; fails where it holds no JDK.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$1/release"
}

jdk_fits() {
  jdk_found=$(jdk_version "$1") && [ "${jdk_found:-0}" -ge "$jdk_needed" ]
}

# The folders where installers and version managers put JDKs, one a line.
jdk_folders() {
  for jdk in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/local/lib/jvm/* /usr/java/* /usr/local/java/* \
    /opt/java /opt/java/* /opt/java* /opt/jdk* /opt/jdk/* /opt/jvm/* /opt/temurin* /opt/graalvm* /opt/zulu* /opt/corretto* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.gradle/jdks/* "$HOME"/.m2/jdks/* \
    "${MISE_DATA_DIR:-$HOME/.local/share/mise}"/installs/java/* "${ASDF_DATA_DIR:-$HOME/.asdf}"/installs/java/* \
    "$HOME"/.jenv/versions/* "$HOME"/.jabba/jdk/* /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/.gradle/jdks/*/*/Contents/Home "$HOME"/.jdks/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ ! -d "$jdk" ] || printf '%s\n' "$jdk"
  done
  [ ! -x /usr/libexec/java_home ] || /usr/libexec/java_home -v "$jdk_needed+" 2>/dev/null || :
}

# Prints the home of a JDK that is new enough: the one that the user chose (MTP_JAVA_HOME, JAVA_HOME, java on PATH), else
# the oldest installed that will do. Otherwise says on standard error what to install, and fails.
find_jdk() {
  if [ -n "${MTP_JAVA_HOME-}" ] && ! jdk_fits "$MTP_JAVA_HOME"; then
    echo "MTP_JAVA_HOME=$MTP_JAVA_HOME holds no JDK $jdk_needed or newer; set it to the home of one, or unset it." >&2
    return 1
  fi
  jdk_of_path=$(command -v java) && jdk_of_path=$(readlink -f "$jdk_of_path") || jdk_of_path=
  for jdk in "${MTP_JAVA_HOME-}" "${JAVA_HOME-}" "${jdk_of_path%/bin/java}"; do
    if [ -n "$jdk" ] && jdk_fits "$jdk"; then
      printf '%s\n' "$jdk"
      return
    fi
  done
  jdk_best=$(
    jdk_folders | while IFS= read -r jdk; do
      ! jdk_fits "$jdk" || printf '%s %s\n' "$jdk_found" "$jdk"
    done | sort -n | head -n 1
  )
  if [ -z "$jdk_best" ]; then
    echo "No JDK $jdk_needed or newer was found; install one (for example Eclipse Temurin $jdk_needed) and, where it is not in a usual place, set JAVA_HOME to its home." >&2
    return 1
  fi
  printf '%s\n' "${jdk_best#* }"
}
