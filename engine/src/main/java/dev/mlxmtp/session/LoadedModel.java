package dev.mlxmtp.session;

import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.mlx.Mlx;
import dev.mlxmtp.model.ModelLoader;
import dev.mlxmtp.model.Qwen35;
import dev.mlxmtp.text.ChatTemplate;
import dev.mlxmtp.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Everything of a model folder that a session needs. */
record LoadedModel(
    Qwen35 model,
    Tokenizer tokenizer,
    Optional<ChatTemplate> template,
    Defaults defaults,
    ModelInfo info) {

  static LoadedModel load(Path folder, SessionOptions options, Consumer<Event> events) {
    EngineThread engine = EngineThread.get();
    Optional<Device> before = engine.device();
    Device device = options.device().orElseGet(Device::best);
    engine.use(device);
    try {
      return load(folder, device, options.dtype(), events);
    } catch (RuntimeException | Error e) {
      // A session that stays resident goes on where it was.
      before.ifPresent(engine::use);
      throw e;
    }
  }

  private static LoadedModel load(
      Path folder, Device device, Optional<DType> dtype, Consumer<Event> events) {
    EngineThread engine = EngineThread.get();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      DType compute = dtype.orElseGet(() -> defaultDtype(device, checkpoint));
      // The small files first: what is wrong with them shows before gigabytes are read.
      Tokenizer tokenizer = Tokenizer.load(folder);
      try {
        Optional<ChatTemplate> template = ChatTemplate.find(folder);
        Defaults defaults = Defaults.of(checkpoint, tokenizer);
        long held = Memory.now().active();
        Qwen35 model =
            EventQueue.deliver(
                engine,
                events,
                new AtomicBoolean(),
                queue ->
                    ModelLoader.load(
                        checkpoint,
                        compute,
                        (done, total) -> queue.accept(new Event.Loading(done, total))));
        long bytes = Memory.now().active() - held;
        return new LoadedModel(
            model,
            tokenizer,
            template,
            defaults,
            info(checkpoint, model, device, compute, bytes, engine));
      } catch (RuntimeException | Error e) {
        tokenizer.close();
        throw e;
      }
    }
  }

  // Half precision gains nothing on MLX's CPU back end, and float32 agrees with the reference to
  // the token.
  private static DType defaultDtype(Device device, Checkpoint checkpoint) {
    if (device == Device.CPU) {
      return DType.FLOAT32;
    }
    DType stored = checkpoint.dtype("norm.weight");
    return stored.isFloating() ? stored : DType.BFLOAT16;
  }

  private static ModelInfo info(
      Checkpoint checkpoint,
      Qwen35 model,
      Device device,
      DType compute,
      long bytes,
      EngineThread engine) {
    long parameters =
        checkpoint.names().stream()
            .filter(name -> !name.startsWith("visual."))
            .mapToLong(
                name ->
                    Arrays.stream(checkpoint.shape(name)).asLongStream().reduce(1, (a, b) -> a * b))
            .sum();
    return new ModelInfo(
        name(checkpoint.folder()),
        checkpoint.folder(),
        checkpoint.fingerprint(model.config().toString()),
        model.config(),
        parameters,
        storedDtype(checkpoint),
        bytes,
        model.mtp().isPresent(),
        checkpoint.hasVision(),
        engine.call(checkpoint::describeNorms),
        quantization(checkpoint),
        device,
        engine.call(device::product),
        compute,
        Mlx.version(),
        engine.call(Kernels::instructionSet),
        engine.call(model::stepCost),
        model.warnings());
  }

  // A snapshot of the Hugging Face cache is named by its hash; the model's name stands two folders
  // above.
  private static String name(Path folder) {
    Path full = folder.toAbsolutePath().normalize();
    Path snapshots = full.getParent();
    if (snapshots != null && snapshots.endsWith("snapshots") && snapshots.getParent() != null) {
      return snapshots
          .getParent()
          .getFileName()
          .toString()
          .replaceFirst("^models--", "")
          .replace("--", "/");
    }
    return full.getFileName().toString();
  }

  private static String storedDtype(Checkpoint checkpoint) {
    Map<String, Long> bytes =
        checkpoint.names().stream()
            .filter(name -> checkpoint.format(name).isEmpty())
            .collect(
                Collectors.groupingBy(
                    name ->
                        checkpoint.dtype(name).safetensorsName().toLowerCase(java.util.Locale.ROOT),
                    Collectors.summingLong(
                        name ->
                            Arrays.stream(checkpoint.shape(name))
                                .asLongStream()
                                .reduce(1, (a, b) -> a * b))));
    return bytes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("none");
  }

  private static Optional<String> quantization(Checkpoint checkpoint) {
    Map<QuantFormat, Long> formats =
        checkpoint.names().stream()
            .flatMap(name -> checkpoint.format(name).stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return formats.isEmpty()
        ? Optional.empty()
        : Optional.of(
            formats.entrySet().stream()
                .sorted(Map.Entry.<QuantFormat, Long>comparingByValue().reversed())
                .map(
                    e ->
                        e.getKey().mode().configName()
                            + " "
                            + e.getKey().bits()
                            + "-bit ("
                            + e.getValue()
                            + " weights)")
                .collect(Collectors.joining(", ")));
  }
}
