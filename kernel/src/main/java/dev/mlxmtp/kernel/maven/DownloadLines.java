package dev.mlxmtp.kernel.maven;

import java.util.function.Consumer;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;

/** Names each file whose download has begun. */
final class DownloadLines extends AbstractTransferListener {
  private final Consumer<String> lines;

  DownloadLines(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void transferStarted(TransferEvent event) {
    String path = event.getResource().getResourceName();
    lines.accept("downloading " + path.substring(path.lastIndexOf('/') + 1));
  }
}
