package dev.mlxmtp.session;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.model.DraftHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One generation.
 *
 * @param draft who drafts; unset chooses anew for each round where the model has an MTP head, and
 *     is nobody where it has none
 * @param sampling unset takes the model's generation_config.json
 * @param coupling of drafts and samples; of no consequence where the choice is greedy
 * @param maxTokens tokens to emit at most
 * @param stop texts that end the answer; they are not part of it
 * @param ignoreStopTokens goes on past the model's stop tokens
 * @param reuse takes up what the caches hold of the prompt's beginning
 * @param draftHead by which output head the MTP head's drafts are read; unset takes what is
 *     quickest with the model's vocabulary
 * @param verification how drafts are verified
 * @param records notes in each round what the model gave the drafts, and which place
 * @param timePhases times drafts apart from verification, at the cost of a synchronization a round
 * @param dearRows lets every further row of a verification cost as much as the whole, to see what
 *     becomes of speculation where it does not pay
 */
public record GenerateRequest(
    Prompt prompt,
    Optional<DraftOptions> draft,
    Optional<SamplingOptions> sampling,
    Coupling coupling,
    int maxTokens,
    List<String> stop,
    boolean ignoreStopTokens,
    boolean reuse,
    Optional<DraftHead> draftHead,
    Verification verification,
    boolean records,
    boolean timePhases,
    boolean dearRows) {

  public static final int DEFAULT_MAX_TOKENS = 512;

  /** Draft depth where nothing else is asked for. */
  public static final int DEFAULT_DEPTH = 2;

  public GenerateRequest {
    stop = List.copyOf(stop);
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "The number of tokens to generate must be at least 1, not " + maxTokens + ".");
    }
    if (stop.contains("")) {
      throw new IllegalArgumentException("A stop text must not be empty.");
    }
  }

  public static Builder builder(Prompt prompt) {
    return new Builder(prompt);
  }

  /** Sets what differs from the defaults. */
  public static final class Builder {
    private final Prompt prompt;
    private Optional<DraftOptions> draft = Optional.empty();
    private Optional<SamplingOptions> sampling = Optional.empty();
    private Coupling coupling = Coupling.GUMBEL;
    private int maxTokens = DEFAULT_MAX_TOKENS;
    private final List<String> stop = new ArrayList<>();
    private boolean ignoreStopTokens;
    private boolean reuse = true;
    private Optional<DraftHead> draftHead = Optional.empty();
    private Verification verification = Verification.FAST;
    private boolean records = true;
    private boolean timePhases;
    private boolean dearRows;

    private Builder(Prompt prompt) {
      this.prompt = prompt;
    }

    /** Drafts so many tokens a round with the MTP head; 0 decodes plainly. */
    public Builder mtp(int depth) {
      return draft(DraftOptions.mtp(depth));
    }

    /** As {@link #mtp(int)}, with the head fed differently. */
    public Builder mtp(int depth, MtpVariant variant) {
      return draft(new DraftOptions.Mtp(depth, 0, variant));
    }

    public Builder draft(DraftOptions draft) {
      this.draft = Optional.of(draft);
      return this;
    }

    public Builder sampling(SamplingOptions sampling) {
      this.sampling = Optional.of(sampling);
      return this;
    }

    public Builder coupling(Coupling coupling) {
      this.coupling = coupling;
      return this;
    }

    public Builder greedy() {
      return sampling(SamplingOptions.greedy());
    }

    public Builder maxTokens(int n) {
      this.maxTokens = n;
      return this;
    }

    public Builder stop(String text) {
      stop.add(text);
      return this;
    }

    public Builder ignoreStopTokens(boolean ignore) {
      this.ignoreStopTokens = ignore;
      return this;
    }

    public Builder reuse(boolean reuse) {
      this.reuse = reuse;
      return this;
    }

    public Builder draftHead(DraftHead head) {
      this.draftHead = Optional.of(head);
      return this;
    }

    public Builder verification(Verification verification) {
      this.verification = verification;
      return this;
    }

    public Builder records(boolean records) {
      this.records = records;
      return this;
    }

    public Builder timePhases(boolean apart) {
      this.timePhases = apart;
      return this;
    }

    public Builder dearRows(boolean dear) {
      this.dearRows = dear;
      return this;
    }

    public GenerateRequest build() {
      return new GenerateRequest(
          prompt,
          draft,
          sampling,
          coupling,
          maxTokens,
          stop,
          ignoreStopTokens,
          reuse,
          draftHead,
          verification,
          records,
          timePhases,
          dearRows);
    }
  }
}
