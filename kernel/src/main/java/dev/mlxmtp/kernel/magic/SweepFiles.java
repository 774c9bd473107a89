package dev.mlxmtp.kernel.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a sweep's results go.
 *
 * @param report the tables, absent where they are only shown
 * @param data the answers one by one
 */
record SweepFiles(Optional<Path> report, Path data) {
  private static final String MARKDOWN = ".md";
  private static final String LINES = ".jsonl";

  /**
   * The files that the options name; absent where they name none.
   *
   * @throws MagicException where they can't be written, or hold what would be lost
   */
  static Optional<SweepFiles> of(Optional<Path> report, Optional<Path> data, boolean resume) {
    Optional<SweepFiles> files =
        data.or(() -> report.map(SweepFiles::beside)).map(lines -> new SweepFiles(report, lines));
    if (resume && files.isEmpty()) {
      throw new MagicException(
          "--resume needs the file to go on with: give the same --report or --data again.");
    }
    report.ifPresent(file -> requireWritable("--report", file));
    files.ifPresent(f -> f.check(data.isPresent() ? "--data" : "--report", resume));
    return files;
  }

  private static Path beside(Path report) {
    String name = String.valueOf(report.getFileName());
    String stem =
        name.endsWith(MARKDOWN) ? name.substring(0, name.length() - MARKDOWN.length()) : name;
    return report.resolveSibling(stem + LINES);
  }

  private void check(String option, boolean resume) {
    requireWritable(option, data);
    if (report.isPresent() && absolute(report.get()).equals(absolute(data))) {
      throw new MagicException("--report and --data need two files, not " + data + " for both.");
    }
    if (!resume) {
      requireNew(data);
      report.ifPresent(SweepFiles::requireNew);
    }
  }

  private static Path absolute(Path file) {
    return file.toAbsolutePath().normalize();
  }

  private static void requireNew(Path file) {
    if (Files.exists(file)) {
      throw new MagicException(
          "The file "
              + file
              + " exists already: go on with its sweep with --resume, or give another file.");
    }
  }

  private static void requireWritable(String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean writable =
        folder != null
            && Files.isDirectory(folder)
            && !Files.isDirectory(file)
            && Files.isWritable(Files.exists(file) ? file : folder);
    if (!writable) {
      throw new MagicException(
          option
              + " can't be written to "
              + file
              + "; give a file in a folder that exists and can be written to.");
    }
  }

  /**
   * Writes the report.
   *
   * @throws MagicException where that fails; the answers are kept
   */
  void write(String text) {
    if (report.isEmpty()) {
      return;
    }
    try {
      Files.writeString(report.get(), text);
    } catch (IOException e) {
      throw new MagicException(
          "The report can't be written to "
              + report.get()
              + ": "
              + e.getClass().getSimpleName()
              + "; the answers are in "
              + data
              + ", so give another --report with --data and --resume.",
          e);
    }
  }
}
