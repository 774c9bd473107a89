package dev.mlxmtp;

import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Scope;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs each test method, with its {@code @BeforeEach} and {@code @AfterEach} methods, on the engine
 * thread. One scope spans the three, so that arrays made before a test are there in it and
 * everything is freed after it. The device is the best of this machine.
 */
public final class OnEngineThread
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor {
  private static final Namespace NAMESPACE = Namespace.create(OnEngineThread.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            Device.class,
            key -> {
              Device device = EngineThread.get().call(Device::best);
              EngineThread.get().use(device);
              return device;
            });
    context.getStore(NAMESPACE).put(Scope.class, EngineThread.get().call(Scope::open));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Scope scope = context.getStore(NAMESPACE).remove(Scope.class, Scope.class);
    EngineThread.get()
        .call(
            () -> {
              scope.close();
              return scope;
            });
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation);
  }

  private static void proceed(Invocation<Void> invocation) throws Throwable {
    Throwable[] thrown = new Throwable[1];
    EngineThread.get()
        .call(
            () -> {
              try {
                invocation.proceed();
              } catch (Throwable t) {
                thrown[0] = t;
              }
              return invocation;
            });
    if (thrown[0] != null) {
      throw thrown[0];
    }
  }
}
