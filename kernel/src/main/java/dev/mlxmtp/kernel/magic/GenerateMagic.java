package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers one prompt. */
@Command(name = "generate", description = "answers one prompt", sortOptions = false)
public final class GenerateMagic implements Magic {
  private final Workbench bench;
  private final InputStream in;

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin DecodingOptions decoding = new DecodingOptions();
  @Mixin TemplateOptions template = new TemplateOptions();

  @Option(
      names = "--json",
      description = "print one JSON object with tokens and figures, and nothing else")
  boolean json;

  @Parameters(
      arity = "1..*",
      paramLabel = "PROMPT",
      description = "what to answer; - reads standard input")
  List<String> prompt;

  /**
   * @param in read where the prompt is {@code -}
   */
  public GenerateMagic(Workbench bench, InputStream in) {
    this.bench = bench;
    this.in = in;
  }

  @Override
  public int run() {
    Prompt text = template.prompt(text());
    Session session =
        model.isPresent() ? bench.load(model.model, model.session()) : bench.session();
    GenerateRequest request = decoding.request(text, session);
    Generation generation;
    if (json) {
      generation = session.generate(request, event -> {});
      bench.console().out().println(GenerationJson.of(session.info(), generation));
    } else {
      generation = Answers.show(bench, session, request);
    }
    return generation.finishReason() == Generation.FinishReason.CANCELLED ? CANCELLED : DONE;
  }

  private String text() {
    String joined = String.join(" ", prompt);
    if (!joined.equals("-")) {
      return joined;
    }
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
