package dev.mlxmtp.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the template: an answer or a {@link TemplateException}, soon. */
class TemplateSafetyTest {
  private static final Map<String, Value> VARIABLES =
      Map.of(
          "messages",
          Values.of(List.of(Map.of("role", "user", "content", "hi")), false),
          "s",
          Str.untrusted("a b"));

  private static final List<String> FRAGMENTS =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "{{-",
          "-%}",
          "{%+",
          " ",
          "\n",
          "if ",
          "elif ",
          "else",
          "endif",
          "for ",
          " in ",
          "endfor",
          "set ",
          "endset",
          "macro ",
          "endmacro",
          "call ",
          "endcall",
          "raw",
          "endraw",
          "filter ",
          "endfilter",
          "x",
          "s",
          "messages",
          "loop",
          "namespace(",
          "range(",
          "99999",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          ":",
          ",",
          ".",
          "|",
          "~",
          "+",
          "-",
          "*",
          "**",
          "//",
          "%",
          "==",
          "<",
          "not ",
          "is ",
          "and ",
          "or ",
          "=",
          "'a'",
          "\"",
          "'",
          "\\",
          "1",
          "0x",
          "1.5e",
          "upper",
          "join",
          "split",
          "tojson",
          "map",
          "role",
          "content",
          "none",
          "true",
          "recursive",
          "break",
          "continue",
          "😀",
          "\ud83d",
          "\0",
          "{% for m in messages %}",
          "{% endfor %}",
          "{{ m.content }}",
          "{% if s %}",
          "{% endif %}",
          "{% set x = s * 9 %}",
          "{% macro f(a) %}",
          "{% endmacro %}",
          "{{ f(1) }}");

  @Test
  void randomTemplatesEndSoon() {
    var random = new Random(7);
    assertTimeoutPreemptively(
        Duration.ofSeconds(240),
        () -> {
          for (int i = 0; i < 20_000; i++) {
            var source = new StringBuilder();
            for (int n = 1 + random.nextInt(30); n > 0; n--) {
              source.append(FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
            }
            run(source.toString());
          }
        });
  }

  private static void run(String source) {
    try {
      Template.parse(source).render(VARIABLES, Clock.systemUTC(), new Budget(100_000));
    } catch (TemplateException e) {
      assertFalse(e.getMessage().isBlank(), source);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}",
        "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = n.l + n.l %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}",
        "{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l|tojson }}",
        "{% set n = namespace(l=[1], m=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% set n.m = [n.m, n.m] %}{% endfor %}{{ n.l == n.m }}",
        "{% set n = namespace(l=(1,)) %}{% for i in range(99) %}{% set n.l = (n.l, n.l) %}{% endfor %}{{ {n.l: 1} }}",
        "{% set n = namespace(l=[]) %}{% for i in range(99999) %}{% set n.l = [n.l] %}{% endfor %}{{ n.l }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set n = namespace(i=3) %}{% for i in range(99) %}{% set n.i = n.i * n.i %}{% endfor %}",
        "{{ 2 ** 999999999 }}",
        "{{ 'a' * 999999999 }}",
        "{{ '%999999d' % 1 }}{{ '%.999999f' % 1 }}",
        "{{ 'x'.center(2147483647) }}",
        "{{ 'x'|indent(2147483647, true) }}",
        "{{ '{:999999}'.format(1) * 99 }}",
        "{% set a = 'a' * 9000000 %}{% set b = 'a' * 4000000 ~ 'b' %}{{ b in a }}",
      })
  void bombsAreRefused(String source) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(240),
        () ->
            assertThrows(
                TemplateException.class,
                () -> Template.parse(source).render(Map.of(), Clock.systemUTC())));
  }

  @Test
  void deepNestingIsRefused() {
    for (var source :
        List.of(
            "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
            "{{ " + "not ".repeat(50_000) + "1 }}",
            "{{ " + "-".repeat(50_000) + "1 }}",
            "{{ " + "[".repeat(50_000),
            "{% if 1 %}".repeat(50_000),
            "{{ 1" + " if 1 else 1".repeat(50_000) + " }}")) {
      assertThrows(
          TemplateException.class,
          () -> Template.parse(source).render(Map.of(), Clock.systemUTC()),
          source.substring(0, 20));
    }
  }

  @Test
  void longChainsEitherRenderOrAreRefused() {
    run("{{ 1" + " + 1".repeat(50_000) + " }}");
    run("{{ s" + "|upper".repeat(50_000) + " }}");
    run("{{ s" + ".x".repeat(50_000) + " }}");
  }

  @Test
  void messagesAreDataAndNeverParsed() {
    var nasty = "{{ 7 * 7 }}{% raise %}{# x #}";
    var out =
        Template.parse("{{ c }}{% set d = c %}{{ d|trim }}")
            .render(Map.of("c", Str.untrusted(nasty)), Clock.systemUTC());
    assertEquals(nasty + nasty, out.text());
  }

  @Test
  void errorsNameTheLine() {
    var template = Template.parse("a\n{% if true %}\n{{ x.y }}\n{% endif %}");
    var error =
        assertThrows(TemplateException.class, () -> template.render(Map.of(), Clock.systemUTC()));
    assertEquals(3, error.line());
    assertEquals("Line 3 of the chat template: 'x' is undefined", error.getMessage());
    assertFalse(error.raisedByTemplate());
    assertEquals(
        2, assertThrows(TemplateException.class, () -> Template.parse("\n{{ a b }}")).line());
  }

  @Test
  void whatATemplateRaisesIsPassedOn() {
    var template = Template.parse("\n{{ raise_exception('No. ' ~ 'Really') }}");
    var error =
        assertThrows(TemplateException.class, () -> template.render(Map.of(), Clock.systemUTC()));
    assertEquals("No. Really", error.getMessage());
    assertEquals(2, error.line());
    assertTrue(error.raisedByTemplate());
  }
}
