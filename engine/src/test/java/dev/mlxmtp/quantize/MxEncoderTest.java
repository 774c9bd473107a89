package dev.mlxmtp.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.MxPacking;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.QuantMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoders against MLX's own, and the errors they leave. */
@ExtendWith(OnEngineThread.class)
class MxEncoderTest {
  private static final int ROWS = 64;
  private static final int COLUMNS = 256;

  enum Data {
    NORMAL,
    LAPLACE,
    ZEROS,
    OUTLIER,
    DENORMAL,
    HUGE,
    SIGNED_ZEROS,
    WIDE;

    float[] make(int n) {
      Random random = new Random(ordinal());
      float[] x = new float[n];
      for (int i = 0; i < n; i++) {
        double normal = random.nextGaussian();
        x[i] =
            (float)
                switch (this) {
                  case NORMAL -> normal * 0.02;
                  case LAPLACE -> Math.signum(normal) * -Math.log(1 - random.nextDouble()) * 0.02;
                  case ZEROS -> 0;
                  case OUTLIER -> i % 32 == 5 ? 40 : normal * 0.01;
                  case DENORMAL -> normal * 1e-39;
                  case HUGE -> normal * 1e4;
                  case SIGNED_ZEROS -> i % 3 == 0 ? -0.0 : i % 3 == 1 ? 0.0 : normal;
                  case WIDE -> normal * Math.pow(2, random.nextInt(-20, 12));
                };
      }
      return x;
    }
  }

  private record Packed(byte[] codes, byte[] scales) {
    static Packed of(MxEncoder encoder, float[] x, ScaleRule scale, FloatType type) {
      Packed packed = new Packed(new byte[encoder.codeBytes(x.length)], new byte[x.length / 32]);
      if (scale == ScaleRule.MLX) {
        encoder.encodeAsMlx(x, x.length, type, packed.codes, packed.scales);
        return packed;
      }
      ByteBuffer from = NumberReader.buffer(4 * x.length);
      from.asFloatBuffer().put(x);
      ByteBuffer codes = NumberReader.buffer(packed.codes.length);
      ByteBuffer scales = NumberReader.buffer(packed.scales.length);
      assertTrue(MxPacking.encode(from, DType.FLOAT32, x.length, encoder.bits(), codes, scales));
      codes.get(packed.codes);
      scales.get(packed.scales);
      return packed;
    }

    float[] decoded(MxEncoder encoder) {
      int perByte = encoder == MxEncoder.MXFP4 ? 2 : 1;
      float[] y = new float[codes.length * perByte];
      for (int i = 0; i < y.length; i++) {
        int code = codes[i / perByte] & 0xff;
        int own = perByte == 1 ? code : i % 2 == 0 ? code & 15 : code >> 4;
        y[i] = ReferenceEncoder.decode(encoder, own, scales[i / 32] & 0xff);
      }
      return y;
    }
  }

  @ParameterizedTest
  @EnumSource(Data.class)
  void asMlxGivesMlxsOwnBytes(Data data) {
    for (MxEncoder encoder : MxEncoder.values()) {
      for (FloatType type : new FloatType[] {FloatType.F32, FloatType.BF16, FloatType.F16}) {
        DType dtype = DType.ofSafetensors(type.name()).orElseThrow();
        Array w = Ops.astype(Array.of(data.make(ROWS * COLUMNS), ROWS, COLUMNS), dtype);
        int bits = encoder == MxEncoder.MXFP4 ? 4 : 8;
        QuantMode mode = encoder == MxEncoder.MXFP4 ? QuantMode.MXFP4 : QuantMode.MXFP8;
        Fast.Packed theirs = Fast.quantize(w, 32, bits, mode);
        Packed ours = Packed.of(encoder, w.toFloats(), ScaleRule.MLX, type);
        String what = data + " " + encoder + " " + type;
        assertArrayEquals(bytes(theirs.scales()), ours.scales, what + ": scales");
        assertArrayEquals(bytes(theirs.weight()), ours.codes, what + ": codes");
      }
    }
  }

  private static byte[] bytes(Array x) {
    int[] values = Ops.astype(x, x.dtype() == DType.UINT8 ? DType.INT32 : x.dtype()).toInts();
    ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      if (x.dtype() == DType.UINT8) {
        out.put((byte) value);
      } else {
        out.putInt(value);
      }
    }
    byte[] all = new byte[out.position()];
    out.flip().get(all);
    return all;
  }

  @ParameterizedTest
  @EnumSource(Data.class)
  void theBestScaleIsTheReferences(Data data) {
    float[] x = data.make(ROWS * COLUMNS);
    for (MxEncoder encoder : MxEncoder.values()) {
      Packed expected = new Packed(new byte[encoder.codeBytes(x.length)], new byte[x.length / 32]);
      ReferenceEncoder.encode(encoder, x, expected.codes, expected.scales);
      Packed got = Packed.of(encoder, x, ScaleRule.BEST, FloatType.F32);
      assertArrayEquals(expected.scales, got.scales, data + " " + encoder + ": scales");
      assertArrayEquals(expected.codes, got.codes, data + " " + encoder + ": codes");
    }
  }

  @Test
  void whatIsNotFiniteIsRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      ByteBuffer from = NumberReader.buffer(4 * 64);
      from.putFloat(4 * 37, bad);
      ByteBuffer out = NumberReader.buffer(64);
      assertFalse(MxPacking.encode(from, DType.FLOAT32, 64, 8, out, NumberReader.buffer(2)));
    }
  }

  // MLX 0.32.4 takes the exponent at which nothing saturates; that is the best for MXFP8 as well.
  @ParameterizedTest
  @EnumSource(names = {"NORMAL", "LAPLACE"})
  void theBestScaleLeavesNoMoreError(Data data) {
    float[] x = data.make(1 << 18);
    assertEquals(1, ratio(MxEncoder.MXFP8, x), 1e-3);
    assertTrue(ratio(MxEncoder.MXFP4, x) < 0.98, "MXFP4: " + ratio(MxEncoder.MXFP4, x));
  }

  private static double ratio(MxEncoder encoder, float[] x) {
    return error(encoder, x, ScaleRule.BEST) / error(encoder, x, ScaleRule.MLX);
  }

  private static double error(MxEncoder encoder, float[] x, ScaleRule scale) {
    float[] y = Packed.of(encoder, x, scale, FloatType.F32).decoded(encoder);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += Math.pow(y[i] - x[i], 2);
    }
    return Math.sqrt(sum);
  }

  @ParameterizedTest
  @EnumSource
  void everyCodeSurvives(MxEncoder encoder) {
    int codes = encoder == MxEncoder.MXFP4 ? 16 : 256;
    int pinned = encoder == MxEncoder.MXFP4 ? 7 : 0x7e;
    int tried = 0;
    for (int code = 0; code < codes; code++) {
      float[] x = new float[32];
      // The largest value beside it fixes the scale.
      x[0] = ReferenceEncoder.decode(encoder, pinned, 127 + 3);
      x[1] = ReferenceEncoder.decode(encoder, code, 127 + 3);
      if (Float.isFinite(x[1])) {
        Packed packed = Packed.of(encoder, x, ScaleRule.BEST, FloatType.F32);
        int got = encoder == MxEncoder.MXFP4 ? packed.codes[0] >> 4 & 15 : packed.codes[1] & 0xff;
        assertEquals(code, got, "code");
        assertEquals(127 + 3, packed.scales[0] & 0xff, "scale");
        tried++;
      }
    }
    assertEquals(encoder == MxEncoder.MXFP4 ? 16 : 254, tried);
  }

  @Test
  void aGroupOfOnes() {
    float[] ones = new float[32];
    java.util.Arrays.fill(ones, 1);
    Packed four = Packed.of(MxEncoder.MXFP4, ones, ScaleRule.BEST, FloatType.F32);
    assertEquals(1, four.decoded(MxEncoder.MXFP4)[0]);
    Packed eight = Packed.of(MxEncoder.MXFP8, ones, ScaleRule.BEST, FloatType.F32);
    assertEquals(119, eight.scales[0] & 0xff);
    assertEquals(0x78, eight.codes[0] & 0xff);
  }
}
