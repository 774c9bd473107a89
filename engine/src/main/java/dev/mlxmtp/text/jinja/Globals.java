package dev.mlxmtp.text.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The functions that every template can call. */
final class Globals {
  private static final int MAX_RANGE = 100_000;

  private Globals() {}

  static void define(Scope scope, Clock clock, Budget budget) {
    Map<String, Value.Callable> functions =
        Map.of(
            "range", Globals::range,
            "dict", args -> dict(args, budget),
            "namespace", args -> new Namespace(dict(args, budget)),
            "raise_exception", args -> raise(args, budget),
            "strftime_now", args -> now(args, clock));
    functions.forEach((name, body) -> scope.set(name, new Value.Function(name, body)));
  }

  private static Value range(Args args) {
    var bound = args.bind("range", "start", "stop", "step");
    boolean single = args.positional().size() == 1;
    long start = single ? 0 : bound.number("start", 0);
    long stop = single ? bound.number("start", 0) : Values.toInt(bound.get("stop"));
    long step = bound.number("step", 1);
    if (step == 0) {
      throw new TemplateException("range() arg 3 must not be zero");
    }
    long size = Math.max(0, Math.ceilDiv(stop - start, step));
    if (size > MAX_RANGE) {
      throw new TemplateException(
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE (%d)."
              .formatted(MAX_RANGE));
    }
    var items = new ArrayList<Value>((int) size);
    for (long i = 0; i < size; i++) {
      items.add(Value.Int.of(start + i * step));
    }
    return new Value.Seq(Value.SeqKind.RANGE, items);
  }

  private static Dict dict(Args args, Budget budget) {
    var dict = new Dict();
    if (args.positional().size() > 1) {
      throw new TemplateException(
          "dict expected at most 1 argument, got " + args.positional().size());
    }
    for (var source : args.positional()) {
      if (source instanceof Dict other) {
        other.entries().forEach(e -> dict.put(e.key(), e.value()));
        continue;
      }
      for (var item : Values.toList(source, budget)) {
        var pair = Values.toList(item, budget);
        if (pair.size() != 2) {
          throw new TemplateException("dict needs pairs of a key and a value");
        }
        dict.put(pair.get(0), pair.get(1));
      }
    }
    args.namedAsDict().entries().forEach(e -> dict.put(e.key(), e.value()));
    return dict;
  }

  private static Value raise(Args args, Budget budget) {
    var message = args.bind("raise_exception", "message").get("message");
    throw TemplateException.raised(Repr.str(message, budget).text());
  }

  private static Value now(Args args, Clock clock) {
    var format = args.bind("strftime_now", "format").text("format").text();
    var time = ZonedDateTime.now(clock);
    var out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
      i += bare ? 2 : 1;
      out.append(field(format.charAt(i), bare, time).orElse("%" + format.charAt(i)));
    }
    return Str.trusted(out.toString());
  }

  private static Optional<String> field(char letter, boolean bare, ZonedDateTime time) {
    if (letter == '%') {
      return Optional.of("%");
    }
    var pattern =
        switch (letter) {
          case 'Y' -> "yyyy";
          case 'y' -> "yy";
          case 'm' -> bare ? "M" : "MM";
          case 'd' -> bare ? "d" : "dd";
          case 'e' -> "ppd";
          case 'H' -> bare ? "H" : "HH";
          case 'I' -> bare ? "h" : "hh";
          case 'M' -> bare ? "m" : "mm";
          case 'S' -> bare ? "s" : "ss";
          case 'p' -> "a";
          case 'j' -> bare ? "D" : "DDD";
          case 'f' -> "SSSSSS";
          case 'B' -> "MMMM";
          case 'b', 'h' -> "MMM";
          case 'A' -> "EEEE";
          case 'a' -> "EEE";
          case 'Z' -> "zzz";
          case 'z' -> "xx";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          case 'D' -> "MM/dd/yy";
          case 'c' -> "EEE MMM ppd HH:mm:ss yyyy";
          default -> "";
        };
    return pattern.isEmpty()
        ? Optional.empty()
        : Optional.of(DateTimeFormatter.ofPattern(pattern, Locale.US).format(time));
  }
}
