package dev.mlxmtp.kernel.magic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.kernel.display.Proposal;
import dev.mlxmtp.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Rounds as files that other programs read. What is not known is left empty. */
final class RoundRecords {
  private static final String HEADINGS =
      "round,position,drafter,draft_position,token,text,head,target,rank,outcome,"
          + "draft_ms,verify_ms,rollback_ms,host_ms";

  private final List<Round> rounds;
  private final Tokenizer tokenizer;

  RoundRecords(List<Round> rounds, Tokenizer tokenizer) {
    this.rounds = rounds;
    this.tokenizer = tokenizer;
  }

  /** A line a drafted token. */
  void writeCsv(Path file) {
    String lines =
        Proposal.of(rounds).stream().map(this::csv).collect(Collectors.joining("\n", "", "\n"));
    write(file, HEADINGS + "\n" + lines);
  }

  private String csv(Proposal p) {
    Round round = rounds.get(p.round());
    return String.join(
        ",",
        String.valueOf(p.round()),
        String.valueOf(round.position() + p.position() - 1),
        round.drafter(),
        String.valueOf(p.position()),
        String.valueOf(p.token()),
        quoted(tokenizer.decode(new int[] {p.token()}, false)),
        number(p.head()),
        number(p.target()),
        p.rank().stream().mapToObj(String::valueOf).findFirst().orElse(""),
        p.outcome().name().toLowerCase(Locale.ROOT),
        milliseconds(round.timings().draft()),
        number(round.timings().verify() / 1e6),
        milliseconds(round.timings().rollback()),
        number(round.timings().host() / 1e6));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static String milliseconds(OptionalDouble nanos) {
    return nanos.isPresent() ? number(nanos.getAsDouble() / 1e6) : "";
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  /** An object a round. */
  void writeJson(Path file) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Round round : rounds) {
      ObjectNode node = all.addObject();
      node.put("position", round.position());
      node.put("drafter", round.drafter());
      ArrayNode drafted = node.putArray("drafted");
      ArrayNode head = node.putArray("head");
      ArrayNode target = node.putArray("target");
      ArrayNode rank = node.putArray("rank");
      for (int i = 0; i < round.drafted().length; i++) {
        drafted.add(round.drafted()[i]);
        head.add(round.draftProbabilities()[i]);
        round.targetProbability(i).ifPresent(target::add);
        round.targetRank(i).ifPresent(rank::add);
      }
      node.put("accepted", round.accepted());
      round.bonus().ifPresent(token -> node.put("bonus", token));
      node.put("verify_ms", round.timings().verify() / 1e6);
      round.timings().draft().ifPresent(ns -> node.put("draft_ms", ns / 1e6));
      round.timings().rollback().ifPresent(ns -> node.put("rollback_ms", ns / 1e6));
      node.put("host_ms", round.timings().host() / 1e6);
    }
    write(file, all.toPrettyString() + "\n");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new MagicException(
          "The records can't be written to "
              + file
              + ": "
              + e.getClass().getSimpleName()
              + "; give a file in a folder that exists.",
          e);
    }
  }
}
