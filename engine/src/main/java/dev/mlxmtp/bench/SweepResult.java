package dev.mlxmtp.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a sweep found. Every figure derives from the records.
 *
 * @param records of the cells that are done, in any order
 */
public record SweepResult(SweepPlan plan, List<SweepRecord> records) {
  public SweepResult {
    records = List.copyOf(records);
  }

  /** A row a setting, over all prompts. */
  public List<SweepRow> rows() {
    return rows(KindResult.ALL, record -> true);
  }

  /** A row a setting, over the prompts of a kind. */
  public List<SweepRow> rows(String kind) {
    return rows(kind, record -> record.cell().prompt().kind().equals(kind));
  }

  /** True where every cell is done. */
  public boolean isComplete() {
    return records.size() == plan.cells().size();
  }

  private List<SweepRow> rows(String kind, Predicate<SweepRecord> counted) {
    Map<SweepCell, SweepRecord> byCell = new LinkedHashMap<>();
    records.stream().filter(counted).forEach(record -> byCell.put(record.cell(), record));
    return plan.settings().stream()
        .map(
            setting ->
                row(
                    setting,
                    kind,
                    byCell.values().stream()
                        .filter(record -> record.cell().setting().equals(setting))
                        .toList(),
                    byCell))
        .toList();
  }

  private SweepRow row(
      SweepSetting setting,
      String kind,
      List<SweepRecord> own,
      Map<SweepCell, SweepRecord> byCell) {
    SweepCounts counts =
        own.stream().map(SweepRecord::counts).reduce(SweepCounts.NONE, SweepCounts::plus);
    return new SweepRow(setting, kind, own.size(), counts, asPlain(setting, own, byCell));
  }

  private Optional<Share> asPlain(
      SweepSetting setting, List<SweepRecord> own, Map<SweepCell, SweepRecord> byCell) {
    if (setting.isPlain() || !plan.isComparable(setting)) {
      return Optional.empty();
    }
    List<SweepRecord> compared =
        own.stream().filter(record -> byCell.containsKey(record.cell().plain())).toList();
    long same =
        compared.stream()
            .filter(record -> record.sameText(byCell.get(record.cell().plain())))
            .count();
    return compared.isEmpty()
        ? Optional.empty()
        : Optional.of(new Share((int) same, compared.size()));
  }
}
