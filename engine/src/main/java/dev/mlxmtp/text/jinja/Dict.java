package dev.mlxmtp.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Python dict: keeps the order of insertion, and 1, 1.0 and True are one key. */
public final class Dict implements Value {

  /** One key with its value. */
  record Entry(Value key, Value value) {}

  private static final int MAX_KEY_PARTS = 1000;

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  /** Puts a value while the dict is being built; a key that is there keeps its place. */
  Dict put(Value key, Value value) {
    var hash = hashable(key);
    var old = entries.get(hash);
    entries.put(hash, new Entry(old == null ? key : old.key(), value));
    return this;
  }

  Optional<Value> get(Value key) {
    return Optional.ofNullable(entries.get(hashable(key))).map(Entry::value);
  }

  Optional<Value> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  int size() {
    return entries.size();
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  List<Value> keys() {
    return entries.values().stream().map(Entry::key).toList();
  }

  List<Value> values() {
    return entries.values().stream().map(Entry::value).toList();
  }

  List<Value> items() {
    return entries.values().stream()
        .map(e -> (Value) Seq.tuple(List.of(e.key(), e.value())))
        .toList();
  }

  /** A Java object that is equal for two values exactly if Python finds them equal as keys. */
  static Object hashable(Value key) {
    return hashable(key, new int[] {MAX_KEY_PARTS});
  }

  private static Object hashable(Value key, int[] partsLeft) {
    if (--partsLeft[0] < 0) {
      throw new TemplateException("The key of a dict is too big.");
    }
    return switch (key) {
      case Str s -> s.text();
      case Int i -> i.value();
      case Bool b -> b == Bool.TRUE ? BigInteger.ONE : BigInteger.ZERO;
      case Real r -> whole(r.value());
      case None n -> n;
      case Undefined u -> Undefined.class;
      case Seq s when s.kind() == SeqKind.TUPLE || s.kind() == SeqKind.RANGE -> {
        var parts = new ArrayList<Object>();
        parts.add(s.kind());
        for (var item : s.items()) {
          parts.add(hashable(item, partsLeft));
        }
        yield parts;
      }
      case Native n -> n;
      case Lazy l -> l;
      case Seq s -> throw unhashable(s);
      case Dict d -> throw unhashable(d);
    };
  }

  private static TemplateException unhashable(Value value) {
    return new TemplateException("unhashable type: '" + Values.typeName(value) + "'");
  }

  private static Object whole(double value) {
    return Double.isFinite(value) && value == Math.rint(value)
        ? new BigDecimal(value).toBigInteger()
        : (Object) value;
  }
}
