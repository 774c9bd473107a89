package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library is unpacked once, and again where a file is not as it was packed. */
class NativeLibraryTest {
  private static final String CACHE = "mlxmtp.cache";

  @TempDir Path cache;
  private String before;

  @BeforeEach
  void useACacheOfItsOwn() {
    before = System.getProperty(CACHE, "");
    System.setProperty(CACHE, cache.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty(CACHE, before);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void unpackedOnce() throws IOException {
    Path shim = NativeLibrary.locate();
    assertTrue(shim.startsWith(cache) && Files.size(shim) > 0);
    var written = Files.getLastModifiedTime(shim);
    Object key = Files.readAttributes(shim, "fileKey,lastModifiedTime");
    assertEquals(shim, NativeLibrary.locate());
    assertEquals(key, Files.readAttributes(shim, "fileKey,lastModifiedTime"));
    assertEquals(written, Files.getLastModifiedTime(shim));
    try (var folders = Files.list(cache)) {
      assertEquals(1, folders.count(), "nothing half unpacked is left");
    }
  }

  @Test
  void aDamagedFileIsReplaced() throws IOException {
    Path shim = NativeLibrary.locate();
    for (Path file : files(shim.getParent())) {
      byte[] good = Files.readAllBytes(file);
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 1;
      Files.write(file, bad);
      assertEquals(shim, NativeLibrary.locate());
      assertEquals(-1, java.util.Arrays.mismatch(good, Files.readAllBytes(file)), file.toString());
    }
  }

  @Test
  void aMissingFileIsReplaced() throws IOException {
    Path shim = NativeLibrary.locate();
    long size = Files.size(shim);
    Files.delete(shim);
    assertEquals(shim, NativeLibrary.locate());
    assertEquals(size, Files.size(shim));
    assertNotEquals(0, size);
  }
}
