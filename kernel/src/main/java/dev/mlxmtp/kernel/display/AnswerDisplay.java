package dev.mlxmtp.kernel.display;

import java.util.List;
import java.util.function.Supplier;

/** An answer before the user's eyes while it is made. One thread. */
public interface AnswerDisplay {

  /** How far a long prompt is. */
  void prompt(Supplier<String> line);

  /** Adds what became readable. */
  void add(List<Piece> pieces);

  /** Figures of the moment, asked for only as often as they are shown. */
  void status(Supplier<String> line);

  /** It is complete, or was cancelled. */
  void finish(Answer answer);

  /** It failed; what was shown stays. */
  void abandon();
}
