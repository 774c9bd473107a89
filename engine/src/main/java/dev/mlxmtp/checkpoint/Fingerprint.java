package dev.mlxmtp.checkpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A hash (SHA-256) by which checkpoints, or other things that consist of lines, are told apart. */
public final class Fingerprint {
  private static final int PAGE = 4096;

  private final MessageDigest digest;

  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  // Training moves nearly every number of a tensor that it touches at all, so a page of each tensor
  // is
  // enough, and gigabytes stay unread.
  void add(TensorSource tensor) {
    add(tensor.rawName() + " " + tensor.type() + " " + Arrays.toString(tensor.shape()));
    digest.update(tensor.sample(PAGE));
  }

  /** Takes up the next line. */
  public void add(String line) {
    digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** 64 digits. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
