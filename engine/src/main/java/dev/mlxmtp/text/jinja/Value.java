package dev.mlxmtp.text.jinja;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A value that a template can see, with Python's meaning of every operation. */
public sealed interface Value
    permits Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.Undefined,
        Value.Seq,
        Value.Lazy,
        Value.Native,
        Str,
        Dict {

  /** Python's {@code None}. */
  enum None implements Value {
    NONE
  }

  /** Python's {@code True} and {@code False}. */
  enum Bool implements Value {
    TRUE,
    FALSE;

    /** The value for a Java boolean. */
    public static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  /** A whole number of any size. */
  record Int(BigInteger value) implements Value {
    /** The value for a Java integer. */
    public static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }
  }

  /** A floating-point number. */
  record Real(double value) implements Value {}

  /**
   * A name or attribute that isn't there: prints as nothing, is false, and refuses the rest.
   *
   * @param message why it is undefined
   */
  record Undefined(String message) implements Value {}

  /** What kind of Python sequence a {@link Seq} is. */
  enum SeqKind {
    LIST("list"),
    TUPLE("tuple"),
    RANGE("range"),
    KEYS("dict_keys"),
    VALUES("dict_values"),
    ITEMS("dict_items");

    private final String pythonName;

    SeqKind(String pythonName) {
      this.pythonName = pythonName;
    }

    String pythonName() {
      return pythonName;
    }

    boolean hasItems() {
      return this == LIST || this == TUPLE || this == RANGE;
    }
  }

  /** An immutable list, tuple, range or view of a dict. */
  record Seq(SeqKind kind, List<Value> items) implements Value {
    static Seq list(List<? extends Value> items) {
      return new Seq(SeqKind.LIST, List.copyOf(items));
    }

    static Seq tuple(List<? extends Value> items) {
      return new Seq(SeqKind.TUPLE, List.copyOf(items));
    }
  }

  /** A generator: gives its values once. */
  record Lazy(Iterator<Value> values) implements Value {

    /**
     * A generator that does nothing at all, and so can't fail, before its first value is asked for.
     */
    static Lazy later(Supplier<Iterator<Value>> source) {
      return new Lazy(
          new Iterator<>() {
            private Optional<Iterator<Value>> started = Optional.empty();

            private Iterator<Value> started() {
              if (started.isEmpty()) {
                started = Optional.of(source.get());
              }
              return started.get();
            }

            @Override
            public boolean hasNext() {
              return started().hasNext();
            }

            @Override
            public Value next() {
              return started().next();
            }
          });
    }
  }

  /** An object of the engine: a namespace, a macro, a loop, a function. */
  non-sealed interface Native extends Value {
    /** Its Python class, for messages. */
    String typeName();

    /** The attribute of that name, if it has one. */
    default Optional<Value> attribute(String name) {
      return Optional.empty();
    }
  }

  /** Something a template can call. */
  @FunctionalInterface
  interface Callable {
    /** Calls it with already evaluated arguments. */
    Value call(Args args);
  }

  /** A function of the engine, or a method bound to its object. */
  record Function(String name, Callable body) implements Native, Callable {
    @Override
    public String typeName() {
      return "function";
    }

    @Override
    public Value call(Args args) {
      return body.call(args);
    }
  }
}
