package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The variable {@code loop}: walks over values that may still be computed while it runs. */
final class Loop implements Value.Native, Value.Callable {
  private final Value.Callable recursion;
  private final int depth;
  private Iterator<Value> source;
  private OptionalInt size;
  private int index0 = -1;
  private Optional<Value> previous = Optional.empty();
  private Optional<Value> current = Optional.empty();
  private Optional<Value> ahead = Optional.empty();
  private Optional<Args> lastChanged = Optional.empty();

  /**
   * @param size how many values there are, where that is known beforehand
   * @param recursion renders the loop's body over other values
   */
  Loop(Iterator<Value> source, OptionalInt size, int depth, Value.Callable recursion) {
    this.source = source;
    this.size = size;
    this.depth = depth;
    this.recursion = recursion;
  }

  /** Moves to the next value, if there is one. */
  Optional<Value> advance() {
    var next = ahead.isPresent() ? ahead : pull();
    ahead = Optional.empty();
    if (next.isPresent()) {
      index0++;
      previous = current;
      current = next;
    }
    return next;
  }

  private Optional<Value> pull() {
    return source.hasNext() ? Optional.of(source.next()) : Optional.empty();
  }

  private Optional<Value> peek() {
    if (ahead.isEmpty()) {
      ahead = pull();
    }
    return ahead;
  }

  int size() {
    if (size.isEmpty()) {
      var rest = new ArrayList<Value>();
      source.forEachRemaining(rest::add);
      source = rest.iterator();
      size = OptionalInt.of(index0 + 1 + (ahead.isPresent() ? 1 : 0) + rest.size());
    }
    return size.getAsInt();
  }

  int depth() {
    return depth;
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public Value call(Args args) {
    return recursion.call(args);
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "index" -> Value.Int.of(index0 + 1L);
          case "index0" -> Value.Int.of(index0);
          case "revindex" -> Value.Int.of((long) size() - index0);
          case "revindex0" -> Value.Int.of(size() - index0 - 1L);
          case "first" -> Value.Bool.of(index0 == 0);
          case "last" -> Value.Bool.of(peek().isEmpty());
          case "length" -> Value.Int.of(size());
          case "depth" -> Value.Int.of(depth);
          case "depth0" -> Value.Int.of(depth - 1L);
          case "previtem" ->
              previous.orElseGet(() -> new Value.Undefined("there is no previous item"));
          case "nextitem" -> peek().orElseGet(() -> new Value.Undefined("there is no next item"));
          case "cycle" -> new Value.Function(name, args -> cycle(args.positional()));
          case "changed" -> new Value.Function(name, this::changed);
          default -> null;
        });
  }

  private Value cycle(List<Value> values) {
    if (values.isEmpty()) {
      throw new TemplateException("no items for cycling given");
    }
    return values.get(index0 % values.size());
  }

  private Value changed(Args args) {
    boolean same =
        lastChanged.isPresent()
            && Comparison.equal(
                Value.Seq.tuple(lastChanged.get().positional()),
                Value.Seq.tuple(args.positional()),
                new Budget());
    lastChanged = Optional.of(args);
    return Value.Bool.of(!same);
  }
}
