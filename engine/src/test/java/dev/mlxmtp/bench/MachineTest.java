package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir private Path folder;

  @Test
  void theProcessorIsNamedWhereTheSystemTellsIt() throws IOException {
    Path info = folder.resolve("cpuinfo");
    assertEquals(Optional.empty(), Machine.cpu(info));
    Files.writeString(info, "processor\t: 0\nmodel\t\t: 1\nmodel name\t: Chip: 9 Pro\n");
    assertEquals(Optional.of("Chip: 9 Pro"), Machine.cpu(info));
    Files.writeString(info, "processor\t: 0\n");
    assertEquals(Optional.empty(), Machine.cpu(info));
  }
}
