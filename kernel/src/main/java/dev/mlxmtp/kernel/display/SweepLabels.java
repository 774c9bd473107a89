package dev.mlxmtp.kernel.display;

import dev.mlxmtp.bench.SweepSetting;
import dev.mlxmtp.bench.Variants;
import dev.mlxmtp.decode.MtpVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** What tells the settings of a sweep from each other, in a column for each thing that varies. */
final class SweepLabels {
  private static final String NONE = "—";

  private record Column(String heading, Function<SweepSetting, String> cell) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<SweepSetting> settings;

  SweepLabels(List<SweepSetting> settings) {
    this.settings = settings;
    add("temperature", s -> Figures.setting(s.temperature()));
    add("history", s -> fed(s) ? Variants.history(s.variant()) : NONE);
    add("hidden", s -> fed(s) ? Variants.hidden(s.variant()) : NONE);
    add("chain", s -> chains(s) ? Variants.chain(s.variant()) : NONE);
    boolean named = settings.stream().anyMatch(s -> !s.isPlain() && s.depth() == 0);
    columns.add(
        named
            ? new Column("drafter", SweepSetting::drafter)
            : new Column("depth", s -> String.valueOf(s.depth())));
  }

  private void add(String heading, Function<SweepSetting, String> cell) {
    if (settings.stream().map(cell).filter(c -> !c.equals(NONE)).distinct().count() > 1) {
      columns.add(new Column(heading, cell));
    }
  }

  // The head is asked.
  private static boolean fed(SweepSetting s) {
    return s.depth() > 0 || s.drafter().equals("auto");
  }

  private static boolean chains(SweepSetting s) {
    return fed(s) && s.depth() != 1;
  }

  List<String> headings() {
    return columns.stream().map(Column::heading).toList();
  }

  List<String> cells(SweepSetting setting) {
    return columns.stream().map(column -> column.cell.apply(setting)).toList();
  }

  /** The variants that were asked for, in their order. */
  List<MtpVariant> variants() {
    // At depth 1 two of them are one.
    List<MtpVariant> chained = variants(SweepLabels::chains);
    return chained.isEmpty() ? variants(SweepLabels::fed) : chained;
  }

  private List<MtpVariant> variants(Predicate<SweepSetting> which) {
    return settings.stream().filter(which).map(SweepSetting::variant).distinct().toList();
  }

  /** True where there is a variant beside the standard to compare with it. */
  boolean hasVariants() {
    return variants().size() > 1 && variants().contains(MtpVariant.standard());
  }

  /** True where a setting stands for two, because it chains nothing. */
  boolean merges() {
    return headings().contains("chain") && settings.stream().anyMatch(s -> s.depth() == 1);
  }

  List<Double> temperatures() {
    return settings.stream().map(SweepSetting::temperature).distinct().toList();
  }
}
