# Finds what else the build needs: Maven, and the tools of the native part. To be sourced by any POSIX sh on Linux or macOS.

# Prints the Maven to use: the wrapper in a folder, which may have to download Maven, else the one on PATH.
find_maven() {
  if "$1/mvnw" --version >/dev/null 2>&1 </dev/null; then
    printf '%s\n' "$1/mvnw"
  elif command -v mvn >/dev/null 2>&1; then
    echo mvn
  else
    echo "Maven could not be downloaded ($1/mvnw --version shows why) and no mvn is on PATH; connect to the network or install Maven." >&2
    return 1
  fi
}

# Whether a tool runs, not only lies there: on a Mac without developer tools, stubs do.
runs() {
  "$@" >/dev/null 2>&1 </dev/null
}

has_compiler() {
  runs c++ --version || runs g++ --version || runs clang++ --version
}

# Names what is missing for the native part, a sentence each on standard error, and fails if anything is.
check_native_tools() {
  tools_missing=0
  if ! runs python3 --version; then
    echo "Python 3 was not found; install python3 with pip." >&2
    tools_missing=1
  elif ! runs python3 -m pip --version; then
    echo "Python's pip was not found; install python3-pip or run python3 -m ensurepip." >&2
    tools_missing=1
  fi
  if ! runs cmake --version; then
    echo "CMake was not found; install cmake 3.21 or newer." >&2
    tools_missing=1
  fi
  if ! has_compiler; then
    echo "No C++ compiler was found; install g++ 12 or newer, or Apple's command line tools (xcode-select --install)." >&2
    tools_missing=1
  fi
  return "$tools_missing"
}
