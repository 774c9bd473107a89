package dev.mlxmtp.mlx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Finds the native library: packed as resources, unpacked once into a per-user cache and checked by
 * hash at every start. The whole tree of MLX's wheel stays together, because its parts find one
 * another by relative path.
 */
final class NativeLibrary {
  /** Overrides the cache folder. */
  private static final String CACHE_PROPERTY = "mlxmtp.cache";

  private record Entry(String sha256, long size, String path) {}

  private NativeLibrary() {}

  /** The path of the shim, ready to be loaded. */
  static Path locate() {
    String platform = platform();
    for (String variant : List.of(platform + "-cuda", platform)) {
      String root = "/dev/mlxmtp/natives/" + variant + "/";
      try (InputStream manifest = NativeLibrary.class.getResourceAsStream(root + "manifest.txt")) {
        if (manifest != null) {
          return unpack(root, new String(manifest.readAllBytes(), StandardCharsets.UTF_8), variant);
        }
      } catch (IOException e) {
        throw new MlxException("The native library could not be unpacked: " + e.getMessage(), e);
      }
    }
    throw new MlxException(
        "This build holds no native library for "
            + platform
            + "; build the natives module on this machine.",
        false);
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return (os.contains("mac") ? "macos" : os.contains("linux") ? "linux" : os)
        + "-"
        + switch (arch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        };
  }

  private static Path unpack(String root, String manifest, String variant) throws IOException {
    List<Entry> entries = parse(manifest);
    Path cache = cacheFolder();
    Path folder =
        cache.resolve(
            variant + "-" + sha256(manifest.getBytes(StandardCharsets.UTF_8)).substring(0, 16));
    if (!matches(folder, entries)) {
      Files.createDirectories(cache);
      Path partial = Files.createTempDirectory(cache, "unpacking-");
      for (Entry entry : entries) {
        Path target = partial.resolve(entry.path());
        Files.createDirectories(target.getParent());
        try (InputStream in = NativeLibrary.class.getResourceAsStream(root + entry.path())) {
          if (in == null) {
            throw new IOException(root + entry.path() + " is missing from the jar");
          }
          Files.copy(in, target);
        }
      }
      install(partial, folder, entries);
    }
    return folder.resolve(shim(entries));
  }

  // Another process may have won the race, which is as good; a damaged folder is replaced.
  private static void install(Path partial, Path folder, List<Entry> entries) throws IOException {
    if (Files.exists(folder) && !matches(folder, entries)) {
      delete(folder);
    }
    try {
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      delete(partial);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(partial, folder);
    }
    if (!matches(folder, entries)) {
      throw new IOException("the files in " + folder + " do not match their hashes");
    }
  }

  private static Path cacheFolder() {
    String override = System.getProperty(CACHE_PROPERTY, "");
    if (!override.isEmpty()) {
      return Path.of(override);
    }
    String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        !xdg.isEmpty()
            ? Path.of(xdg)
            : Path.of(
                System.getProperty("user.home"),
                platform().startsWith("macos") ? "Library/Caches" : ".cache");
    return base.resolve("mlx-mtp").resolve("natives");
  }

  private static List<Entry> parse(String manifest) {
    List<Entry> entries = new ArrayList<>();
    manifest
        .lines()
        .map(line -> line.split(" ", 3))
        .forEach(parts -> entries.add(new Entry(parts[0], Long.parseLong(parts[1]), parts[2])));
    return entries;
  }

  private static String shim(List<Entry> entries) {
    return entries.stream()
        .map(Entry::path)
        .filter(path -> path.startsWith("libmlxmtp."))
        .findFirst()
        .orElseThrow(() -> new MlxException("The native manifest names no shim library.", false));
  }

  private static boolean matches(Path folder, List<Entry> entries) throws IOException {
    for (Entry entry : entries) {
      Path file = folder.resolve(entry.path());
      if (!Files.isRegularFile(file)
          || Files.size(file) != entry.size()
          || !sha256(file).equals(entry.sha256())) {
        return false;
      }
    }
    return true;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        continue;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
