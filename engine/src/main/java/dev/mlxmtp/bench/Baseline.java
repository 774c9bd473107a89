package dev.mlxmtp.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An earlier benchmark, to compare with.
 *
 * @param file it was read from
 * @param json as {@link BenchJson} writes it
 */
public record Baseline(Path file, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  // With these as they were the figures are of the same thing.
  private static final List<String> CONDITIONS =
      List.of(
          "/machine/cores",
          "/machine/cpu",
          "/machine/os",
          "/machine/mlx_version",
          "/model/name",
          "/model/stored_as",
          "/model/dtype",
          "/model/device",
          "/model/device_name",
          "/model/kernels",
          "/plan/prompts",
          "/plan/prompts_by_kind",
          "/plan/prompts_sha256",
          "/plan/max_tokens",
          "/plan/dear_rows",
          "/plan/verification",
          "/plan/sampling");

  /**
   * What became of the speed.
   *
   * @param otherwise what was not the same, as places in the JSON object
   * @param changes of the drafters and kinds that both have
   */
  public record Comparison(Path file, List<String> otherwise, List<Change> changes) {
    public Comparison {
      otherwise = List.copyOf(otherwise);
      changes = List.copyOf(changes);
    }

    /** Median tokens a second now ÷ then; absent where not both were measured. */
    public Optional<Double> ratio(String kind, String drafter) {
      return changes.stream()
          .filter(c -> c.kind().equals(kind) && c.drafter().equals(drafter))
          .map(Change::ratio)
          .findFirst();
    }

    /** Adds it to the JSON object of the later benchmark. */
    public void write(ObjectNode json) {
      ObjectNode node = json.putObject("baseline").put("file", file.toString());
      otherwise.forEach(node.putArray("otherwise")::add);
      ArrayNode ratios = node.putArray("decode_ratios");
      for (Change change : changes) {
        ratios
            .addObject()
            .put("kind", change.kind())
            .put("drafter", change.drafter())
            .put("ratio", change.ratio());
      }
    }
  }

  /** Median tokens a second now ÷ then. */
  public record Change(String kind, String drafter, double ratio) {}

  /**
   * Reads what a benchmark wrote as JSON.
   *
   * @throws BenchException where the file is not that
   */
  public static Baseline read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      if (json.path("kinds").path(0).path("drafters").isArray()) {
        return new Baseline(file, json);
      }
    } catch (NoSuchFileException e) {
      throw new BenchException("There is no file " + file + " to compare with.", e);
    } catch (JacksonException e) {
      throw new BenchException(foreign(file), e);
    } catch (IOException e) {
      throw new BenchException("The baseline " + file + " can't be read; is it a file?", e);
    }
    throw new BenchException(foreign(file));
  }

  private static String foreign(Path file) {
    return "The baseline " + file + " is no benchmark; give a file that `bench --json` wrote.";
  }

  /** Compares a later benchmark, as {@link BenchJson} writes it, with this one. */
  public Comparison with(JsonNode now) {
    List<String> otherwise = new ArrayList<>();
    for (String condition : CONDITIONS) {
      if (!now.at(condition).toString().equals(json.at(condition).toString())) {
        otherwise.add(condition.substring(1).replace('/', '.'));
      }
    }
    List<Change> changes = new ArrayList<>();
    for (JsonNode kind : now.path("kinds")) {
      String name = kind.path("kind").asText();
      for (JsonNode drafter : kind.path("drafters")) {
        double before = speed(name, drafter.path("drafter").asText());
        double after = drafter.path("decode_tok_s").asDouble();
        if (before > 0 && after > 0) {
          changes.add(new Change(name, drafter.path("drafter").asText(), after / before));
        }
      }
    }
    return new Comparison(file, otherwise, changes);
  }

  private double speed(String kind, String drafter) {
    for (JsonNode each : json.path("kinds")) {
      if (each.path("kind").asText().equals(kind)) {
        for (JsonNode row : each.path("drafters")) {
          if (row.path("drafter").asText().equals(drafter)) {
            return row.path("decode_tok_s").asDouble();
          }
        }
      }
    }
    return 0;
  }
}
