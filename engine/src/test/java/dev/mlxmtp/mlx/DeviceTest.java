package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.TestModels;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceTest {

  @Test
  void aProductIsNamedAsMlxNamesIt() {
    assertEquals(
        Optional.of("NVIDIA H200"),
        Device.product(
            "{\"architecture\":\"sm_90\",\"device_name\":\"NVIDIA H200\",\"total_memory\":1}"));
    assertEquals(Optional.empty(), Device.product("{\"architecture\":\"sm_90\"}"));
  }

  @Test
  void whatMlxSaysOfThisDeviceIsUnderstood() {
    String info = TestModels.onEngine(() -> Device.best().info());
    Optional<String> product = TestModels.onEngine(() -> Device.best().product());
    assertEquals(info.contains("\"device_name\""), product.isPresent(), info);
  }
}
