package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.kernel.display.AnswerStyle;
import dev.mlxmtp.kernel.display.StreamScreen;
import dev.mlxmtp.session.Defaults;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Prompt;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final MagicRegistry REGISTRY = new MagicRegistry(MagicRegistry.Caller.REPL);

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);
  private final Workspace workspace =
      new Workspace(
          new StreamScreen(stream, stream, StreamScreen.Look.plain()),
          Interrupts.none(),
          Optional.empty());

  private void set(String... words) {
    REGISTRY.parse("set", List.of(words), workspace.settings()).run(workspace);
  }

  private GenerateRequest request(String... words) {
    GenerateMagic magic =
        (GenerateMagic) REGISTRY.parse("generate", List.of(words), workspace.settings());
    return magic.request(
        Prompt.user("x"), new Defaults(SamplingOptions.greedy(), Set.of(), OptionalInt.empty()));
  }

  @Test
  void whatIsSetHoldsUntilALineSaysOtherwise() {
    set("mtp=3", "max-tokens=40", "temperature=0");
    assertEquals(Optional.of(DraftOptions.mtp(3)), request("x").draft());
    assertEquals(40, request("x").maxTokens());
    assertEquals(8, request("--max-tokens", "8", "x").maxTokens());
    assertEquals(Optional.of(DraftOptions.mtp(1)), request("--mtp=1", "x").draft());
    assertEquals(Optional.of(new DraftOptions.None()), request("--draft", "none", "x").draft());
    set("mtp=");
    assertEquals(Optional.empty(), request("x").draft());
    set("--reset");
    assertEquals(GenerateRequest.DEFAULT_MAX_TOKENS, request("x").maxTokens());
  }

  @Test
  void aTextThatLooksLikeAnOptionIsNone() {
    set("max-tokens=40");
    assertEquals(40, request("--", "--max-tokens=3").maxTokens());
  }

  @Test
  void switchesAreSetByTrueAndFalse() {
    set("ignore-eos=true");
    assertTrue(request("x").ignoreStopTokens());
    set("ignore-eos=", "think=false");
    assertEquals(
        List.of("--no-think"), workspace.settings().before(List.of(), REGISTRY.spec("generate")));
    assertEquals(
        List.of(), workspace.settings().before(List.of("--think"), REGISTRY.spec("generate")));
    assertEquals(List.of(), workspace.settings().before(List.of(), REGISTRY.spec("mem")));
  }

  @Test
  void whatComparesSeveralDraftersKeepsThem() {
    set("mtp=3", "max-tokens=40");
    assertEquals(
        List.of("--max-tokens=40"),
        workspace.settings().before(List.of(), REGISTRY.spec("compare")));
    set("mtp=", "draft=none");
    assertEquals(
        List.of("--max-tokens=40"), workspace.settings().before(List.of(), REGISTRY.spec("bench")));
  }

  @Test
  void showingIsSetByName() {
    set("show=rejected", "thinking=hide", "errors=full");
    assertEquals(
        new AnswerStyle(AnswerStyle.Drafts.REJECTED, AnswerStyle.Thinking.HIDE),
        workspace.settings().style());
    assertEquals(Settings.Errors.FULL, workspace.settings().errors());
    set();
    assertTrue(shown.toString(StandardCharsets.UTF_8).contains("errors    full"), shown::toString);
  }

  @Test
  void wrongSettingsAreRefusedAndChangeNothing() {
    for (String wrong :
        List.of("mtp=9", "mtp=x", "show=all", "temprature=1", "mtp", "temperature=-1", "stop=x")) {
      MagicException e = assertThrows(MagicException.class, () -> set(wrong), wrong);
      assertTrue(!e.getMessage().contains("\n"), e::getMessage);
    }
    assertEquals(List.of(), List.copyOf(workspace.settings().defaults().keySet()));
  }
}
