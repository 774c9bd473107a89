package dev.mlxmtp.kernel.jshell;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import jdk.jshell.spi.ExecutionControl.InternalException;

/**
 * Loads the classes of cells and of the jars added for them. Its parent has loaded this program, so
 * a class of the program is the same class in a cell.
 */
final class CellLoader extends URLClassLoader implements LoaderDelegate {
  private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$(\\d+)[A-Z]*");

  /** Not loaded yet; threads of the user's may ask for classes at any time. */
  private final Map<String, byte[]> compiled = new ConcurrentHashMap<>();

  /** The newest class of each declaration, by the number that JShell knows the declaration by. */
  private final Map<String, Class<?>> newest = new HashMap<>();

  CellLoader() {
    super("cells", new URL[0], CellLoader.class.getClassLoader());
  }

  @Override
  public void load(ClassBytecodes[] classes) throws ClassInstallException {
    boolean[] loaded = new boolean[classes.length];
    try {
      for (ClassBytecodes c : classes) {
        compiled.put(c.name(), c.bytecodes());
      }
      for (int i = 0; i < classes.length; i++) {
        // Linked at once, so that what is wrong with a class shows where it is declared.
        Class<?> wrapper = loadClass(classes[i].name());
        wrapper.getDeclaredMethods();
        loaded[i] = true;
        supersede(wrapper);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw new ClassInstallException(e.toString(), loaded);
    }
  }

  private void supersede(Class<?> wrapper) {
    Matcher name = WRAPPER.matcher(wrapper.getName());
    Class<?> old = name.matches() ? newest.put(name.group(1), wrapper) : null;
    if (old != null && old != wrapper) {
      release(old);
    }
  }

  /** Lets go of what the variables of a class hold that is not used any more. */
  void release(String wrapper) {
    Class<?> old = findLoadedClass(wrapper);
    if (old != null) {
      release(old);
    }
  }

  // The class itself stays loaded for good.
  private static void release(Class<?> wrapper) {
    try {
      for (Field field : wrapper.getFields()) {
        int modifiers = field.getModifiers();
        if (Modifier.isStatic(modifiers)
            && !Modifier.isFinal(modifiers)
            && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          field.set(null, null);
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("A cell's variable can't be emptied.", e);
    }
  }

  @Override
  public void classesRedefined(ClassBytecodes[] classes) {
    throw new UnsupportedOperationException("Classes of cells are replaced, not redefined.");
  }

  @Override
  public void addToClasspath(String path) throws InternalException {
    try {
      for (String entry : path.split(File.pathSeparator)) {
        addURL(new File(entry).toURI().toURL());
      }
    } catch (MalformedURLException e) {
      throw new InternalException(e.toString());
    }
  }

  @Override
  public Class<?> findClass(String name) throws ClassNotFoundException {
    Class<?> defined = findLoadedClass(name);
    if (defined != null) {
      return defined;
    }
    byte[] bytes = compiled.remove(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }
}
