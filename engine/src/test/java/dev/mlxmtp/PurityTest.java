package dev.mlxmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.mlx.Mlx;
import dev.mlxmtp.session.Session;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing but this engine and MLX computes: on the class path, and in the process once it has. */
class PurityTest {
  private static final List<String> OTHER_FRAMEWORKS =
      List.of(
          "onnxruntime",
          "tensorflow",
          "tflite",
          "litert",
          "pytorch",
          "libtorch",
          "torch",
          "llama",
          "jlama",
          "ggml",
          "gpt4all",
          "deeplearning4j",
          "nd4j",
          "mxnet",
          "openvino",
          "djl-serving",
          "pytorch-engine",
          "onnxruntime-engine",
          "tensorflow-engine",
          "langchain4j",
          "ollama",
          "tribuo",
          "neuroph",
          "smile-",
          "dl4j",
          "vllm",
          "mlc-llm",
          "executorch",
          "paddle",
          "bytedeco",
          "javacpp");

  // Of the engine, its tests and the runner, those that may hold native code.
  private static final List<String> NATIVE_JARS = List.of("tokenizers-", "jna-");

  // The C and C++ runtime and what belongs to the loader.
  private static final Pattern SYSTEM =
      Pattern.compile(
          "(/usr)?/lib(64)?/.*/?(ld-linux[-\\w]*|libc|libm|libdl|librt|libpthread|libstdc\\+\\+"
              + "|libgcc_s|libresolv|libnss_\\w+|libz|libatomic)[-.\\d]*\\.so[.\\d]*");

  private static Stream<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of);
  }

  @Test
  void theClassPathHoldsNoOtherFramework() {
    List<String> names = classPath().map(p -> p.getFileName().toString()).toList();
    assertTrue(
        names.stream().anyMatch(n -> n.startsWith("tokenizers-")),
        "the class path was read: " + names);
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      for (String other : OTHER_FRAMEWORKS) {
        assertFalse(lower.contains(other), name + " is another inference framework");
      }
    }
  }

  @Test
  void onlyTheTokenizerBringsNativeCodeOfItsOwn() throws IOException {
    int jars = 0;
    for (Path entry : classPath().filter(p -> p.toString().endsWith(".jar")).toList()) {
      String name = entry.getFileName().toString();
      try (JarFile jar = new JarFile(entry.toFile())) {
        boolean holdsNative =
            jar.stream().anyMatch(e -> e.getName().matches(".*\\.(so|dylib|dll|jnilib)(\\.\\d+)*"));
        boolean ours = jar.getEntry("dev/mlxmtp/natives/") != null;
        if (holdsNative && !ours) {
          assertTrue(
              NATIVE_JARS.stream().anyMatch(name::startsWith), name + " holds native libraries");
          jars++;
        }
      }
    }
    assertEquals(NATIVE_JARS.size(), jars, "the search found what is known to be there");
  }

  @Test
  void theProcessMapsNothingElse() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    assumeTrue(Files.exists(maps), "this system does not list its mappings");
    try (Session session = Session.open(TestPaths.demoModel())) {
      assertTrue(
          session
                  .generate("Closes the stream.", options -> options.greedy().maxTokens(16))
                  .tokens()
                  .length
              > 0);
    }
    Path home = Path.of(System.getProperty("user.home"));
    List<Path> folders =
        List.of(
            Path.of(System.getProperty("java.home")).toRealPath(),
            Mlx.library().getParent().toRealPath(),
            home.resolve(".djl.ai/tokenizers"),
            home.resolve(".cache/JNA"));
    TreeSet<String> libraries = new TreeSet<>();
    for (String line : Files.readAllLines(maps)) {
      int path = line.indexOf('/');
      if (path >= 0
          && line.substring(path).matches(".*\\.(so|jnilib|tmp)[.\\d]*( \\(deleted\\))?")) {
        libraries.add(line.substring(path));
      }
    }
    for (String library : libraries) {
      boolean known =
          folders.stream().anyMatch(f -> Path.of(library).startsWith(f))
              || SYSTEM.matcher(library).matches();
      assertTrue(known, library + " is none of the JDK, ours, MLX, the tokenizer or the system");
    }
    assertTrue(libraries.stream().anyMatch(l -> l.contains("libmlxmtp")), libraries.toString());
    assertTrue(libraries.stream().anyMatch(l -> l.contains("libmlx.")), libraries.toString());
    assertTrue(libraries.stream().anyMatch(l -> l.contains("tokenizers")), libraries.toString());
    System.out.println("native libraries of the process: " + libraries);
  }
}
