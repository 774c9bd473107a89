# Sourced by the launcher and the test run: prints the home of a JDK 25 or newer, or nothing. The lowest that fits wins.
# A JDK tells its version in the file `release`, so that none has to be started.

jdk_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_candidates() {
  for home in "${MTP_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    [ -n "$home" ] && printf '%s\n' "$home"
  done
  if command -v java >/dev/null 2>&1; then
    java=$(command -v java)
    while [ -L "$java" ]; do
      link=$(readlink "$java")
      case $link in
        /*) java=$link ;;
        *) java=$(dirname "$java")/$link ;;
      esac
    done
    (cd "$(dirname "$java")/.." 2>/dev/null && pwd -P)
  fi
  for home in /usr/lib/jvm/* /opt/java* /opt/jdk* /opt/*/jdk* /usr/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -d "$home" ] && printf '%s\n' "$home"
  done
}

# A named JDK comes first where it fits; of the others the lowest version.
find_jdk() {
  for home in "${MTP_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    if [ -n "$home" ]; then
      major=$(jdk_major "$home")
      if [ "${major:-0}" -ge 25 ]; then
        printf '%s\n' "$home"
        return
      fi
    fi
  done
  jdk_candidates | while IFS= read -r home; do
    major=$(jdk_major "$home")
    [ "${major:-0}" -ge 25 ] && printf '%s %s\n' "$major" "$home"
  done | sort -n | head -1 | cut -d' ' -f2-
}

JDK_MISSING="A JDK 25 was not found in JAVA_HOME, on PATH or in the usual folders; install one (for example Eclipse Temurin 25) and set JAVA_HOME to it."
