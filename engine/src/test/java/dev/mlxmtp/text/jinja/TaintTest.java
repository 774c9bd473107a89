package dev.mlxmtp.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is untrusted stays marked: in the expected text it stands in brackets. */
class TaintTest {
  private static final Map<String, Value> VARIABLES =
      Map.of(
          "u", Str.untrusted(" ab-cd "),
          "q", Str.untrusted("q\"é"),
          "t", Str.trusted("T"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "x{{ t }}y#xTy",
        "x{{ u }}y#x[ ab-cd ]y",
        "{{ '<' + u|trim + '>' }}#<[ab-cd]>",
        "{{ '<' ~ u.strip() ~ t }}#<[ab-cd]T",
        "{{ u.split('-')[1] }}{{ t }}#[cd ]T",
        "{{ (t ~ u)[0:3] }}#T[ a]",
        "{{ (t ~ u)[::-1] }}#[ dc-ba ]T",
        "{{ u|replace('-', '+') }}#[ ab]+[cd ]",
        "{{ t|replace('T', u|trim) }}#[ab-cd]",
        "{{ u|upper }}#[ AB-CD ]",
        "{{ [t, u|trim, t]|join('/') }}#T/[ab-cd]/T",
        "{{ {'k': q}|tojson }}#{\"k\": \"[q\\\"é]\"}",
        "{{ [t, q] }}#['T', '[q\"é]']",
        "{{ '%s|%s' % (t, q) }}#T|[q\"é]",
        "{{ '{}|{}'.format(t, q) }}#T|[q\"é]",
        "{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(q) }}#<[q\"é]>",
        "{% set b %}<{{ q }}>{% endset %}{{ b }}#<[q\"é]>",
        "{% filter trim %} <{{ q }}> {% endfilter %}#<[q\"é]>",
        "{% for c in 'a' ~ q %}{{ c }},{% endfor %}#a,[q],[\"],[é],",
        "{{ ('a' ~ q)|indent(1, true) }}# a[q\"é]",
        "{{ u.title() }}{{ u|title }}{{ u|capitalize }}#[ Ab-Cd  Ab-Cd  ab-cd ]",
        "{{ q|safe + '<' }}#[q\"é]&lt;",
        "{{ u|trim|first }}{{ u|trim|list|last }}#[ad]",
        "{{ 'x' ~ u|trim|reverse }}#x[dc-ba]",
        "{{ u.partition('-')[0] ~ '-' }}#[ ab]-",
      })
  void untrustedPartsAreFollowed(String template, String expected) {
    var out = Template.parse(template).render(VARIABLES, Clock.systemUTC());
    var marked = new StringBuilder(out.text());
    for (var span : out.untrusted().reversed()) {
      marked.insert(span.end(), ']').insert(span.start(), '[');
    }
    assertEquals(expected, marked.toString());
  }
}
