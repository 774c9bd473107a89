package dev.mlxmtp.session;

import dev.mlxmtp.checkpoint.CheckpointException;
import dev.mlxmtp.checkpoint.SafetensorsFile;
import dev.mlxmtp.checkpoint.StoredTensor;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Sequence;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.MlxException;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.ArraySink;
import dev.mlxmtp.model.ArraySource;
import dev.mlxmtp.model.Qwen35;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link ContextCache} as a safetensors file. The metadata say of what model the caches are; the
 * tensors are
 *
 * <ul>
 *   <li>{@code tokens}, int32 {@code [n]}
 *   <li>{@code sequence.…}: what {@link Sequence#save(ArraySink)} hands out
 *   <li>{@code points}, int32 {@code [p]}: the length of each point, the oldest first
 *   <li>{@code points.0.…}: what {@link Sequence#save(Sequence.Point, ArraySink)} hands out
 * </ul>
 *
 * Engine thread only.
 */
final class SavedContext {
  private static final String FORMAT = "mlx-mtp caches";
  private static final String VERSION = "1";

  private static final String TOKENS = "tokens";
  private static final String SEQUENCE = "sequence.";
  private static final String POINTS = "points";

  private final SafetensorsFile file;
  private final Qwen35 model;
  private final ModelInfo info;

  private SavedContext(SafetensorsFile file, Qwen35 model, ModelInfo info) {
    this.file = file;
    this.model = model;
    this.info = info;
  }

  /**
   * @throws SessionException where there is nothing to save or the file cannot be written
   * @throws MlxException where the device fails; the caches are emptied then
   */
  static void write(Path file, ContextCache context, ModelInfo info) {
    if (context.sequence().length() == 0) {
      throw new SessionException(
          "The caches of " + info.name() + " are empty, so there is nothing to save yet.");
    }
    try (var _ = Scope.open()) {
      ArrayFile.write(file, metadata(context.variant(), info), arrays(context));
    } catch (MlxException e) {
      // What the caches hold of the failed step is unknown.
      context.reset();
      throw e;
    }
  }

  private static Map<String, String> metadata(MtpVariant variant, ModelInfo info) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("version", VERSION);
    metadata.put("model", info.name());
    metadata.put("fingerprint", info.fingerprint());
    metadata.put("compute", label(info.compute()));
    metadata.put("device", info.device().label());
    metadata.put("mtp_post_norm", Boolean.toString(variant.postNorm()));
    metadata.put("mtp_history", Boolean.toString(variant.history()));
    return metadata;
  }

  private static String label(DType dtype) {
    return dtype.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Array> arrays(ContextCache context) {
    Map<String, Array> arrays = new LinkedHashMap<>();
    ArraySink all = arrays::put;
    Sequence sequence = context.sequence();
    List<Sequence.Point> points = context.points();
    putInts(all, TOKENS, sequence.tokens());
    sequence.save(all.under(SEQUENCE));
    putInts(all, POINTS, points.stream().mapToInt(Sequence.Point::length).toArray());
    for (int i = 0; i < points.size(); i++) {
      sequence.save(points.get(i), all.under(pointPrefix(i)));
    }
    return arrays;
  }

  private static String pointPrefix(int point) {
    return POINTS + "." + point + ".";
  }

  private static void putInts(ArraySink sink, String name, int[] values) {
    if (values.length > 0) {
      sink.put(name, Array.of(values, values.length));
    }
  }

  /**
   * Replaces what the context holds.
   *
   * @throws SessionException where the file is not one of these caches, or not whole; the context
   *     is as it was
   */
  static void read(Path path, ContextCache context, Qwen35 model, ModelInfo info) {
    if (!Files.isRegularFile(path)) {
      throw new SessionException("There is no file " + path + "; give one of saved caches.");
    }
    try (SafetensorsFile file = SafetensorsFile.open(path, "give another file of saved caches");
        var _ = Scope.open()) {
      new SavedContext(file, model, info).restore(context);
    } catch (CheckpointException e) {
      throw new SessionException(e.getMessage(), e);
    }
  }

  private void restore(ContextCache context) {
    checkOrigin();
    int[] tokens = ints(TOKENS, model.config().maxPositions(), 0, model.config().vocabularySize());
    if (tokens.length == 0) {
      throw damaged(TOKENS);
    }
    int[] lengths = ints(POINTS, tokens.length, 1, tokens.length + 1);
    MtpVariant variant = new MtpVariant(flag("mtp_post_norm"), flag("mtp_history"));
    Sequence sequence = new Sequence(model, variant);
    List<Sequence.Point> points = new ArrayList<>();
    ArraySource all = this::take;
    try {
      sequence.load(tokens, all.under(SEQUENCE));
      for (int i = 0; i < lengths.length; i++) {
        points.add(sequence.loadPoint(lengths[i], all.under(pointPrefix(i))));
      }
    } catch (RuntimeException | Error e) {
      points.forEach(Sequence.Point::close);
      sequence.close();
      throw e;
    }
    context.replace(variant, sequence, points);
  }

  private void checkOrigin() {
    if (!fact("format").equals(Optional.of(FORMAT))) {
      throw new SessionException(
          file.path() + " holds tensors but no saved caches; give a file of saved caches.");
    }
    String version = required("version");
    if (!version.equals(VERSION)) {
      throw new SessionException(
          "%s has version %s of the format and this program reads version %s; save the caches again with this one."
              .formatted(file.path(), version, VERSION));
    }
    String fingerprint = required("fingerprint");
    if (!fingerprint.equals(info.fingerprint())) {
      throw new SessionException(
          "%s holds caches of the model %s (%s), but %s (%s) is loaded; load the model that they are of."
              .formatted(
                  file.path(),
                  required("model"),
                  shortened(fingerprint),
                  info.name(),
                  shortened(info.fingerprint())));
    }
    String compute = required("compute");
    if (!compute.equals(label(info.compute()))) {
      throw new SessionException(
          "%s holds caches in %s, but %s computes in %s here; load it with --dtype=%s."
              .formatted(file.path(), compute, info.name(), label(info.compute()), compute));
    }
  }

  // Enough to tell two copies of a name apart.
  private static String shortened(String fingerprint) {
    return fingerprint.substring(0, Math.min(8, fingerprint.length()));
  }

  private Optional<String> fact(String key) {
    return Optional.ofNullable(file.metadata().get(key));
  }

  private String required(String key) {
    return fact(key).orElseThrow(() -> damaged(key));
  }

  private boolean flag(String key) {
    return switch (required(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw damaged(key);
    };
  }

  // At most so many numbers from least to below limit; none where there is no such tensor.
  private int[] ints(String name, int most, int least, int limit) {
    StoredTensor stored = file.tensors().get(name);
    if (stored == null) {
      return new int[0];
    }
    if (stored.shape().length != 1 || stored.shape()[0] > most) {
      throw damaged(name);
    }
    int[] values = take(name, DType.INT32, stored.shape()).toInts();
    if (Arrays.stream(values).anyMatch(v -> v < least || v >= limit)) {
      throw damaged(name);
    }
    return values;
  }

  private Array take(String name, DType dtype, int... shape) {
    StoredTensor stored = file.tensors().get(name);
    if (stored == null || stored.dtype() != dtype || !Arrays.equals(stored.shape(), shape)) {
      throw damaged(name);
    }
    return file.read(name);
  }

  private SessionException damaged(String what) {
    return new SessionException(
        "%s is damaged: its %s is missing or not what the model needs; give another file of saved caches."
            .formatted(file.path(), what));
  }
}
