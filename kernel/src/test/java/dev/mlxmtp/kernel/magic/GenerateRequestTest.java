package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.Defaults;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From options to requests. */
class GenerateRequestTest {
  private static final SamplingOptions MODELS_OWN = new SamplingOptions(0.6, 20, 0.95, 0.1, 1.2, 0);
  private static final Prompt PROMPT = new Prompt.Raw("x");

  private static final Optional<DraftOptions> AUTO = Optional.of(DraftOptions.Auto.standard());

  private static GenerateRequest request(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add("x");
    GenerateMagic magic =
        (GenerateMagic)
            new MagicRegistry(MagicRegistry.Caller.SHELL)
                .parse("generate", arguments, new Settings());
    return magic.request(PROMPT, new Defaults(MODELS_OWN, Set.of(1), OptionalInt.empty()));
  }

  private static Optional<DraftOptions> draft(String... options) {
    return request(options).draft();
  }

  private static Optional<DraftOptions> mtp(int depth) {
    return Optional.of(DraftOptions.mtp(depth));
  }

  @Test
  void defaults() {
    GenerateRequest request = request();
    assertEquals(Optional.empty(), request.draft());
    assertEquals(Optional.of(MODELS_OWN), request.sampling());
    assertEquals(512, request.maxTokens());
    assertEquals(List.of(), request.stop());
    assertTrue(!request.ignoreStopTokens());
  }

  @Test
  void oneSamplingOptionKeepsTheOthers() {
    assertEquals(
        Optional.of(new SamplingOptions(0, 20, 0.95, 0.1, 1.2, 0)),
        request("--temperature=0").sampling());
    assertEquals(
        Optional.of(new SamplingOptions(0.6, 5, 0.5, 0.2, 1, 9)),
        request("--top-k=5", "--top-p=0.5", "--min-p", "0.2", "--repetition-penalty=1", "--seed=9")
            .sampling());
  }

  @Test
  void drafters() {
    assertEquals(AUTO, draft("--mtp"));
    assertEquals(AUTO, draft("--mtp=auto"));
    assertEquals(mtp(5), draft("--mtp=5"));
    assertEquals(mtp(0), draft("--mtp=0"));
    assertEquals(mtp(2), draft("--draft", "mtp"));
    assertEquals(mtp(3), draft("--draft=mtp", "--mtp=3"));
    assertEquals(mtp(0), draft("--draft=none"));
    assertEquals(mtp(0), draft("--draft=none", "--mtp=0"));
    assertEquals(AUTO, draft("--draft=auto"));
    assertEquals(Optional.of(DraftOptions.NGram.standard()), draft("--draft=ngram"));
    assertEquals(
        Optional.of(new DraftOptions.Auto(8, new MtpVariant(true, false))),
        draft("--mtp", "--mtp-history=off"));
  }

  @Test
  void mtpNeverSwallowsThePrompt() {
    assertEquals(AUTO, draft("--mtp"));
    assertThrows(MagicException.class, () -> draft("--mtp", "3"));
  }

  @Test
  void variants() {
    assertEquals(
        Optional.of(new DraftOptions.Mtp(1, 0.3, new MtpVariant(false, false))),
        draft("--mtp=1", "--mtp-hidden=pre", "--mtp-history=off", "--mtp-min-p=0.3"));
    assertEquals(
        Optional.of(new DraftOptions.Mtp(2, 0, new MtpVariant(false, true))),
        draft("--mtp-hidden=PRE"));
    assertEquals(mtp(0), draft("--mtp=0", "--mtp-hidden=pre"));
  }

  @Test
  void limits() {
    GenerateRequest request =
        request("--max-tokens=9", "--stop", "a", "--stop=b c", "--ignore-eos");
    assertEquals(9, request.maxTokens());
    assertEquals(List.of("a", "b c"), request.stop());
    assertTrue(request.ignoreStopTokens());
  }
}
