package dev.mlxmtp.kernel.jupyter;

import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.channels.ShellChannel;
import org.dflib.jjava.jupyter.channels.ShellHandler;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.dflib.jjava.jupyter.messages.Message;
import org.zeromq.ZMQ;

/**
 * A channel of requests, served one after another on a thread of its own. The library's own looks
 * for requests twenty times a second, which the stop button and every cell would wait for; this one
 * sleeps until there is one.
 */
final class RequestChannel extends ShellChannel {
  private static final Logger LOG = Logger.getLogger(RequestChannel.class.getName());
  private static final long WAIT_MS = 200;

  private final ZMQ.Context context;
  private final JupyterConnection connection;
  private final String name;
  private final int port;
  private final Runnable onShutdown;
  private Optional<Thread> thread = Optional.empty();
  private volatile boolean open = true;

  /**
   * @param onShutdown told when a client asked the kernel to end
   */
  RequestChannel(
      ZMQ.Context context,
      HMACGenerator signatures,
      JupyterConnection connection,
      String name,
      int port,
      Runnable onShutdown) {
    super(context, signatures, false, connection);
    this.context = context;
    this.connection = connection;
    this.name = name;
    this.port = port;
    this.onShutdown = onShutdown;
  }

  @Override
  public void bind(KernelConnectionProperties properties) {
    super.bind(formatAddress(properties.getTransport(), properties.getIp(), port));
    thread = Optional.of(Thread.ofPlatform().daemon().name(name).start(this::serve));
  }

  private void serve() {
    try (ZMQ.Poller poller = context.poller(1)) {
      poller.register(this, ZMQ.Poller.POLLIN);
      while (open) {
        if (poller.poll(WAIT_MS) > 0) {
          answer(super.readMessage());
        }
      }
    }
  }

  private <T> void answer(Message<T> message) {
    ShellHandler<T> handler = connection.getHandler(message.getHeader().getType());
    if (handler == null) {
      LOG.warning("no answer to " + message.getHeader().getType().getName());
      return;
    }
    ShellReplyEnvironment environment = connection.prepareReplyEnv(this, message);
    try {
      handler.handle(environment, message);
    } catch (Exception e) {
      LOG.log(Level.WARNING, message.getHeader().getType().getName() + " failed", e);
    } finally {
      environment.resolveDeferrals();
    }
    if (environment.isMarkedForShutdown()) {
      onShutdown.run();
    }
  }

  /** Ends after the request that is being served. */
  @Override
  public void close() {
    open = false;
    thread.ifPresent(
        t -> {
          try {
            t.join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    super.close();
  }
}
