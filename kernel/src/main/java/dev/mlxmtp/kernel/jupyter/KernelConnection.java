package dev.mlxmtp.kernel.jupyter;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CountDownLatch;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.zeromq.ZMQ;

/** The library's connection, with channels that answer at once. */
final class KernelConnection extends JupyterConnection implements AutoCloseable {
  private final KernelConnectionProperties properties;
  private final ZMQ.Context context = ZMQ.context(1);
  private final CountDownLatch shutdown = new CountDownLatch(1);
  private final RequestChannel requests;
  private final RequestChannel urgent;

  KernelConnection(KernelConnectionProperties properties)
      throws NoSuchAlgorithmException, InvalidKeyException {
    super(properties);
    this.properties = properties;
    this.requests = channel("shell", properties.getShellPort());
    this.urgent = channel("control", properties.getControlPort());
  }

  private RequestChannel channel(String name, int port)
      throws NoSuchAlgorithmException, InvalidKeyException {
    return new RequestChannel(
        context, properties.createHMACGenerator(), this, name, port, shutdown::countDown);
  }

  @Override
  public void connect() {
    heartbeat.bind(properties);
    stdin.bind(properties);
    iopub.bind(properties);
    requests.bind(properties);
    urgent.bind(properties);
  }

  /** Waits until a client asks the kernel to end. */
  void awaitShutdown() {
    try {
      shutdown.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the running cell, and lets go of the sockets once the last answer is sent. */
  @Override
  public void close() {
    requests.close();
    urgent.close();
    context.close();
    super.close();
  }
}
