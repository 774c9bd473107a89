package dev.mlxmtp.bench;

import java.util.Optional;

/**
 * A setting's figures on a kind of prompt.
 *
 * @param kind {@link KindResult#ALL} for all together, where long answers weigh more
 * @param answers how many
 * @param asPlain of the answers that were also made without drafts, those with the same text;
 *     absent where there are none, or they need not be the same
 */
public record SweepRow(
    SweepSetting setting, String kind, int answers, SweepCounts counts, Optional<Share> asPlain) {}
