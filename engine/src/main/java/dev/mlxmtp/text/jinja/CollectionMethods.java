package dev.mlxmtp.text.jinja;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Methods of dicts, lists and tuples. Those that change the object are refused, as in a sandbox.
 */
final class CollectionMethods {
  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private CollectionMethods() {}

  static Optional<Value> find(Dict dict, String name, Budget budget) {
    return switch (name) {
      case "items" -> method(name, args -> view(Value.SeqKind.ITEMS, dict.items(), name, args));
      case "keys" -> method(name, args -> view(Value.SeqKind.KEYS, dict.keys(), name, args));
      case "values" -> method(name, args -> view(Value.SeqKind.VALUES, dict.values(), name, args));
      case "get" ->
          method(
              name,
              args -> {
                var bound = args.bind(name, "key", "default");
                return dict.get(bound.get("key"))
                    .or(() -> bound.find("default"))
                    .orElse(Value.None.NONE);
              });
      case "copy" -> method(name, args -> dict);
      default -> DICT_CHANGES.contains(name) ? unsafe(dict, name) : Optional.empty();
    };
  }

  static Optional<Value> find(Value.Seq seq, String name, Budget budget) {
    if (!seq.kind().hasItems()) {
      return Optional.empty();
    }
    return switch (name) {
      case "index" -> method(name, args -> index(seq.items(), args, budget));
      case "count" ->
          method(
              name,
              args -> {
                var wanted = args.bind(name, "value").get("value");
                return Value.Int.of(
                    seq.items().stream().filter(v -> Comparison.equal(v, wanted, budget)).count());
              });
      default -> {
        if (seq.kind() != Value.SeqKind.LIST) {
          yield Optional.empty();
        }
        yield name.equals("copy")
            ? method(name, args -> seq)
            : LIST_CHANGES.contains(name) ? unsafe(seq, name) : Optional.empty();
      }
    };
  }

  private static Value index(List<Value> items, Args args, Budget budget) {
    var bound = args.bind("index", "value", "start");
    for (int i = Math.max(0, bound.number("start", 0)); i < items.size(); i++) {
      if (Comparison.equal(items.get(i), bound.get("value"), budget)) {
        return Value.Int.of(i);
      }
    }
    throw new TemplateException(Repr.repr(bound.get("value"), budget).text() + " is not in list");
  }

  private static Value view(Value.SeqKind kind, List<Value> items, String name, Args args) {
    args.bind(name);
    return new Value.Seq(kind, items);
  }

  private static Optional<Value> method(String name, Value.Callable body) {
    return Optional.of(new Value.Function(name, body));
  }

  private static Optional<Value> unsafe(Value target, String name) {
    return Optional.of(
        new Value.Undefined(
            "access to attribute '%s' of '%s' object is unsafe."
                .formatted(name, Values.typeName(target))));
  }
}
