package dev.mlxmtp.kernel.jshell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JavadocTextTest {
  @Test
  void becomesPlainText() {
    assertEquals(
        """
        Adds x < y & more, as Map<K, V>
        Second paragraph with a label and Map.get(Object).
        - one
        - two
          int x = 1;
          x++;

        k: the key
        returns the sum & more
        throws IOException: where it fails""",
        JavadocText.of(
            """
            Adds {@code x < y & more},
             as {@code Map<K, V>}
             <p>Second <em>paragraph</em> with {@link java.util.List#of a label}
             and {@link Map#get(Object)}.
             <ul><li>one
             <li>two</ul>
             <pre>{@code
              int x = 1;
              x++;
             }</pre>

             @param  k the
                     key
             @return the sum &amp; more
             @throws IOException where it fails
             @author nobody
             @see Other
            """));
  }

  @Test
  void tagsAlone() {
    assertEquals("returns 1", JavadocText.of("@return 1"));
    assertEquals("", JavadocText.of(" "));
  }
}
