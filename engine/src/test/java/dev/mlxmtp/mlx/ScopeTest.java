package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who owns an array, and that a freed one is an error and never another's memory. */
@ExtendWith(OnEngineThread.class)
class ScopeTest {
  private static final String AFTER_CLOSE = "the array was used after its scope was closed";

  private long before;

  @BeforeEach
  void count() {
    before = Memory.liveHandles();
  }

  // Each test cleans up after itself.
  @AfterEach
  void nothingIsLeft() {
    assertEquals(before, Memory.liveHandles());
  }

  private static void assertGone(Array array) {
    assertEquals(AFTER_CLOSE, assertThrows(MlxException.class, () -> array.share()).getMessage());
    assertThrows(MlxException.class, array::free);
    assertThrows(MlxException.class, () -> Ops.add(array, 1));
    assertThrows(MlxException.class, array::toFloats);
  }

  private static Array two() {
    return Array.of(new float[] {1, 2}, 2);
  }

  @Test
  void aFrameFreesWhatWasMadeInIt() {
    Array array;
    try (var _ = Scope.open()) {
      array = two();
      Ops.add(array, 1);
      assertEquals(before + 2, Memory.liveHandles());
    }
    assertGone(array);
  }

  @Test
  void framesNest() {
    try (var _ = Scope.open()) {
      Array outer = two();
      Array inner;
      try (var _ = Scope.open()) {
        inner = Ops.add(outer, 1);
        assertArrayEquals(new float[] {2, 3}, inner.toFloats());
      }
      assertGone(inner);
      assertArrayEquals(new float[] {1, 2}, outer.toFloats());
    }
  }

  @Test
  void keepMovesToTheFrameAround() {
    try (var _ = Scope.open()) {
      Array kept;
      try (Scope inner = Scope.open()) {
        kept = inner.keep(Ops.add(two(), 1));
      }
      assertEquals(before + 1, Memory.liveHandles());
      assertArrayEquals(new float[] {2, 3}, kept.toFloats());
    }
  }

  @Test
  void aDetachedScopeHoldsWhatItAdopts() {
    Scope weights = Scope.detached();
    Array adopted;
    Array left;
    try (var _ = Scope.open()) {
      adopted = weights.adopt(two());
      left = two();
    }
    assertGone(left);
    assertArrayEquals(new float[] {1, 2}, adopted.toFloats());
    weights.close();
    weights.close();
    assertGone(adopted);
  }

  @Test
  void adoptionMovesFromScopeToScope() {
    try (Scope second = Scope.detached()) {
      Array array;
      try (Scope first = Scope.detached();
          var _ = Scope.open()) {
        array = second.adopt(first.adopt(two()));
      }
      assertArrayEquals(new float[] {1, 2}, array.toFloats());
    }
  }

  @Test
  void sharedHandlesDieApart() {
    try (var _ = Scope.open()) {
      Array one = two();
      Array other = one.share();
      one.free();
      assertGone(one);
      assertArrayEquals(new float[] {1, 2}, other.toFloats());
    }
  }

  // The slot is used again at once; the old handle's generation tells the two apart.
  @Test
  void aStaleHandleNeverReachesTheSlotsNextTenant() {
    try (var _ = Scope.open()) {
      List<Array> stale = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        Array array = Array.of(new int[] {i}, 1);
        array.free();
        stale.add(array);
        assertEquals(before, Memory.liveHandles());
      }
      Array tenant = two();
      stale.forEach(ScopeTest::assertGone);
      assertArrayEquals(new float[] {1, 2}, tenant.toFloats());
    }
  }

  @Test
  void freedHandlesOfAnOperation() {
    try (var _ = Scope.open()) {
      Array gone = two();
      gone.free();
      Array present = two();
      assertThrows(MlxException.class, () -> Ops.add(present, gone));
      assertThrows(MlxException.class, () -> Ops.concatenate(List.of(present, gone), 0));
      assertThrows(MlxException.class, () -> Ops.eval(present, gone));
    }
  }

  @Test
  void aClosedScopeTakesNothing() {
    Scope closed = Scope.detached();
    closed.close();
    try (var _ = Scope.open()) {
      Array array = two();
      assertEquals(
          "the scope is closed",
          assertThrows(MlxException.class, () -> closed.adopt(array)).getMessage());
      assertArrayEquals(new float[] {1, 2}, array.toFloats());
    }
  }

  @Test
  void framesCloseInReverseOrder() {
    Scope outer = Scope.open();
    try (var _ = Scope.open()) {
      String message = assertThrows(MlxException.class, outer::close).getMessage();
      assertTrue(message.contains("reverse order"), message);
    }
    // In the right order it still can.
    outer.close();
  }

  @Test
  void manyStepsLeaveNothing() {
    long active = Memory.now().active();
    try (Scope state = Scope.detached()) {
      Array carried = state.adopt(Ops.zeros(DType.FLOAT32, 64, 64));
      for (int i = 0; i < 2000; i++) {
        try (var _ = Scope.open()) {
          Array next = Ops.add(Ops.multiply(carried, 0.5), 1);
          Ops.eval(next);
          carried.free();
          carried = state.adopt(next);
        }
        assertEquals(before + 1, Memory.liveHandles());
      }
      assertEquals(2, carried.toFloats()[0], 1e-6);
    }
    assertEquals(active, Memory.now().active(), 1 << 16);
  }
}
